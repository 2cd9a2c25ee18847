package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tuning of layer norms (Qi et al. 2022, <a href="https://arxiv.org/abs/2211.08682">arXiv 2211.08682</a>; PEFT's {@code
 * LN_TUNING}): trains copies of the gain and, if there is one, the bias of every norm in place of the frozen ones.
 */
public final class LayerNormTuning implements PeftMethod {

    private static final String GAIN = ".weight";

    /** Creates the method, which has no settings. */
    public LayerNormTuning() {}

    @Override
    public String name() {
        return "ln-tuning";
    }

    @Override
    public String description() {
        return "trains the gains and biases of the layer norms (Qi et al., 2022)";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-2;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    /**
     * Returns copies of the norms' weights. In all families, exactly the gains of norms are weights of one dimension.
     */
    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        Backbone backbone = context.backbone();
        Set<String> frozen = backbone.architecture().weights().keySet();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : new TreeSet<>(frozen)) {
            if (name.endsWith(GAIN)
                    && backbone.architecture().weights().get(name).dimension() == 1) {
                String bias = name.substring(0, name.length() - GAIN.length()) + ".bias";
                tensors.put(name, backbone.weight(name));
                if (frozen.contains(bias)) {
                    tensors.put(bias, backbone.weight(bias));
                }
            }
        }
        return tensors;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "LayerNormTuning()";
    }
}
