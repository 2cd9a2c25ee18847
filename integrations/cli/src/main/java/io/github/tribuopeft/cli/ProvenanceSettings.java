package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.provenance.ModelProvenance;

/** Settings of a trainer and its components in the provenance of a model. */
final class ProvenanceSettings {

    private ProvenanceSettings() {}

    /** Returns the trainer's own settings by name, as text. */
    static Map<String, String> of(ModelProvenance provenance) {
        return primitives(provenance.getTrainerProvenance());
    }

    /** Returns the settings of one of the trainer's components; empty for a model without it. */
    static Map<String, String> of(ModelProvenance provenance, String component) {
        Provenance found =
                provenance.getTrainerProvenance().getConfiguredParameters().get(component);
        return found instanceof ConfiguredObjectProvenance configured ? primitives(configured) : Map.of();
    }

    private static Map<String, String> primitives(ConfiguredObjectProvenance provenance) {
        Map<String, String> settings = new TreeMap<>();
        provenance.getConfiguredParameters().forEach((name, value) -> {
            if (value instanceof PrimitiveProvenance<?> primitive && primitive.getValue() != null) {
                settings.put(name, primitive.getValue().toString());
            }
        });
        return settings;
    }
}
