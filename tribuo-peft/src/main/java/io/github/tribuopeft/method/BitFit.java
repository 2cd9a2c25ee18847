package io.github.tribuopeft.method;

import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * BitFit (Ben Zaken et al. 2022, <a href="https://arxiv.org/abs/2106.10199">arXiv 2106.10199</a>): copies of all biases, those of layer
 * norms included, are trained in place of the frozen ones. Linear maps that have no bias, as in Llama, get one that starts at zero.
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
    public Map<String, Tensor> initialize(MethodContext context) {
        Backbone backbone = context.backbone();
        Set<String> frozen = backbone.architecture().weights().keySet();
        Map<String, Tensor> biases = new LinkedHashMap<>();
        shapes(backbone.architecture())
                .forEach((name, shape) -> biases.put(
                        name, frozen.contains(name) ? backbone.weight(name) : Tensor.zeros(shape.getShape())));
        return biases;
    }

    /** The biases that are trained, by name, with their shapes. */
    static SortedMap<String, Shape> shapes(Architecture architecture) {
        SortedMap<String, Shape> shapes = new TreeMap<>();
        architecture.linearLayers().forEach(map -> shapes.put(AdapterEntry.BIAS.of(map), new Shape(map.out())));
        architecture.weights().forEach((name, shape) -> {
            if (name.endsWith(".bias")) {
                shapes.put(name, shape);
            }
        });
        return shapes;
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
