package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.ArrayList;
import java.util.List;

/** Initializer that uses several initializers in their order until there are enough rows. */
public final class ChainedInitializer implements PromptInitializer {

    @Config(mandatory = true, description = "The initializers in their order.")
    private List<PromptInitializer> initializers = new ArrayList<>();

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private ChainedInitializer() {}

    /**
     * Creates an initializer.
     *
     * @param initializers the initializers in their order
     */
    public ChainedInitializer(List<PromptInitializer> initializers) {
        this.initializers = List.copyOf(initializers);
    }

    @Override
    public List<float[]> rows(int count, MethodContext context) {
        List<float[]> rows = new ArrayList<>();
        for (PromptInitializer initializer : initializers) {
            if (rows.size() < count) {
                rows.addAll(initializer.rows(count - rows.size(), context));
            }
        }
        return rows;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptInitializer");
    }

    @Override
    public String toString() {
        return "ChainedInitializer" + initializers;
    }
}
