package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;

/** Nothing but the head is trained: the control that tells what the frozen backbone knows already. */
public final class LinearProbe implements PeftMethod {

    /** The probe has no settings. */
    public LinearProbe() {}

    @Override
    public String name() {
        return "linear-probe";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-3; // of no use: there is nothing but the head, which has a rate of its own
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
