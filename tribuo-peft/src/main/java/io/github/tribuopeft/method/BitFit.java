package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BitFit (Ben Zaken et al. 2022, <a href="https://arxiv.org/abs/2106.10199">arXiv 2106.10199</a>): copies of all biases, those of layer
 * norms included, are trained in place of the frozen ones.
 */
public final class BitFit implements PeftMethod {

    /** The method has no settings. */
    public BitFit() {}

    @Override
    public String name() {
        return "bitfit";
    }

    @Override
    public double defaultLearningRate() {
        return 5e-3;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialise(MethodContext context) {
        Architecture architecture = context.backbone().architecture();
        Map<String, Tensor> biases = new LinkedHashMap<>();
        names(architecture).forEach(name -> biases.put(name, context.backbone().weight(name)));
        if (biases.isEmpty()) {
            throw new IllegalArgumentException(
                    "A backbone of family " + architecture.family() + " has no biases, so BitFit has nothing to train");
        }
        return biases;
    }

    static List<String> names(Architecture architecture) {
        return architecture.weights().keySet().stream()
                .filter(name -> name.endsWith(".bias"))
                .sorted()
                .toList();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "BitFit()";
    }
}
