package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Full fine-tuning: trains copies of all weights in place of the frozen ones. It is a reference for the quality of
 * other methods. The shared backbone is not changed.
 */
public final class FullFineTuning implements PeftMethod {

    /** Creates the method, which has no settings. */
    public FullFineTuning() {}

    @Override
    public String name() {
        return "full";
    }

    @Override
    public String description() {
        return "trains a copy of the whole backbone; a baseline with large models";
    }

    @Override
    public double defaultLearningRate() {
        return 2e-4;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        context.backbone().architecture().weights().keySet().stream()
                .sorted()
                .forEach(name -> weights.put(name, context.backbone().weight(name)));
        return weights;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "FullFineTuning()";
    }
}
