package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * (IA)³ (Liu et al. 2022, <a href="https://arxiv.org/abs/2205.05638">arXiv 2205.05638</a>): trains factors of the keys,
 * the values and the inner states of the feed-forward sublayer, one for each feature, initialized to 1. The trained
 * values are the differences from 1, so that weight decay draws the factors to 1.
 */
public final class IA3 implements PeftMethod {

    @Config(description = "First layer, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer, inclusive; -1 for the last layer of the backbone.")
    private int lastLayer = -1;

    /** Creates factors in all layers. */
    public IA3() {}

    /**
     * Creates factors in a range of layers.
     *
     * @param firstLayer first layer, from 0
     * @param lastLayer last layer, inclusive; -1 for the last layer of the backbone
     */
    public IA3(int firstLayer, int lastLayer) {
        this.firstLayer = firstLayer;
        this.lastLayer = lastLayer;
        postConfig();
    }

    @Override
    public void postConfig() {
        layers();
    }

    private LayerRange layers() {
        return new LayerRange(firstLayer, lastLayer);
    }

    @Override
    public String name() {
        return "ia3";
    }

    @Override
    public String description() {
        return "factors of keys, values and feed-forward activations (Liu et al., 2022)";
    }

    @Override
    public double defaultLearningRate() {
        return 2e-2;
    }

    @Override
    public int firstLayer(ModelDimensions dimensions) {
        return layers().of(dimensions).first();
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        return initialize(context.backbone().architecture());
    }

    Map<String, Tensor> initialize(Architecture architecture) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (LinearLayer layer : new TargetModules(EnumSet.of(Role.KEY, Role.VALUE), layers()).of(architecture)) {
            tensors.put(AdapterEntry.SCALE_OUT.of(layer), Tensor.zeros(layer.out()));
        }
        for (LinearLayer layer : new TargetModules(EnumSet.of(Role.DOWN), layers()).of(architecture)) {
            tensors.put(AdapterEntry.SCALE_IN.of(layer), Tensor.zeros(layer.in()));
        }
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        Map<String, NDArray> factors = new HashMap<>();
        trained.forEach((name, difference) -> factors.put(name, difference.add(1f)));
        return factors;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        Map<String, Tensor> differences = new HashMap<>();
        adapter.forEach((name, factors) -> differences.put(name, factors.map(factor -> factor - 1)));
        return differences;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "IA3(layers=" + firstLayer + "-" + lastLayer + ")";
    }
}
