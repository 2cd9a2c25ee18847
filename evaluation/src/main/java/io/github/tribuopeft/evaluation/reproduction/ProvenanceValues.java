package io.github.tribuopeft.evaluation.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of a provenance by name. Most of Tribuo's provenance classes have no public accessors for them. */
final class ProvenanceValues {

    private final String description;
    private final Map<String, Provenance> values = new LinkedHashMap<>();

    private ProvenanceValues(String description) {
        this.description = description;
    }

    static ProvenanceValues of(ObjectProvenance provenance) {
        ProvenanceValues values = new ProvenanceValues(provenance.getClassName());
        provenance.forEach(pair -> values.values.put(pair.getA(), pair.getB()));
        return values;
    }

    /** Returns a number, text or flag. */
    <V> V value(String name, Class<V> type) {
        return type.cast(get(name, PrimitiveProvenance.class).getValue());
    }

    /** Returns a provenance. */
    <P extends Provenance> P get(String name, Class<P> type) {
        Provenance value = values.get(name);
        if (!type.isInstance(value)) {
            throw new RecordedDataException("The provenance of " + description + " has no value '" + name + "'");
        }
        return type.cast(value);
    }

    /** Returns a list of integers. */
    int[] integers(String name) {
        ListProvenance<?> list = get(name, ListProvenance.class);
        int[] integers = new int[list.getList().size()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (Integer) ((PrimitiveProvenance<?>) list.getList().get(i)).getValue();
        }
        return integers;
    }
}
