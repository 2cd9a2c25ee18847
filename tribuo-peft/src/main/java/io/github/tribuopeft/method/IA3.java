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
 * (IA)³ (Liu et al. 2022, <a href="https://arxiv.org/abs/2205.05638">arXiv 2205.05638</a>): trained factors for keys, for values and
 * for what the feed-forward sublayer narrows, one for each feature; all start at 1. What is trained is how far they are from 1, so that weight
 * decay draws them back to the frozen model.
 */
public final class IA3 implements PeftMethod {

    @Config(description = "First layer, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer, included; -1 for the backbone's last.")
    private int lastLayer = -1;

    /** All layers. */
    public IA3() {}

    /** The layers from {@code firstLayer}, from 0, to {@code lastLayer}, included; -1 for the backbone's last. */
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
    public double defaultLearningRate() {
        return 2e-2;
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
        for (LinearLayer map : new TargetModules(EnumSet.of(Role.KEY, Role.VALUE), layers()).in(architecture)) {
            tensors.put(AdapterEntry.SCALE_OUT.of(map), Tensor.zeros(map.out()));
        }
        for (LinearLayer map : new TargetModules(EnumSet.of(Role.DOWN), layers()).in(architecture)) {
            tensors.put(AdapterEntry.SCALE_IN.of(map), Tensor.zeros(map.in()));
        }
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions shape, Dropout noise) {
        Map<String, NDArray> factors = new HashMap<>();
        trained.forEach((name, distance) -> factors.put(name, distance.add(1f)));
        return factors;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        Map<String, Tensor> distances = new HashMap<>();
        adapter.forEach((name, factors) -> distances.put(name, factors.map(factor -> factor - 1)));
        return distances;
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
