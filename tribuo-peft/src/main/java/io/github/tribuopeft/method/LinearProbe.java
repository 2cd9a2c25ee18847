package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;

/** Linear probe: trains only the head. It is the baseline for the quality of the frozen hidden states. */
public final class LinearProbe implements PeftMethod {

    /** Creates the method, which has no settings. */
    public LinearProbe() {}

    @Override
    public String name() {
        return "linear-probe";
    }

    @Override
    public String description() {
        return "trains the head only; a baseline";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-3; // not used: the head has its own learning rate
    }

    @Override
    public boolean needsLayers() {
        return false;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        return Map.of();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "LinearProbe()";
    }
}
