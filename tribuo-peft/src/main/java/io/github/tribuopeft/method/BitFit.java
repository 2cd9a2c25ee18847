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
 * BitFit (Ben Zaken et al. 2022, <a href="https://arxiv.org/abs/2106.10199">arXiv 2106.10199</a>): trains copies of all
 * biases, including those of layer norms, in place of the frozen ones. Linear layers without a bias, as in Llama, get
 * one that is initialized to zero.
 */
public final class BitFit implements PeftMethod {

    /** Creates the method, which has no settings. */
    public BitFit() {}

    @Override
    public String name() {
        return "bitfit";
    }

    @Override
    public String description() {
        return "trains the biases (Ben Zaken et al., 2022)";
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

    /** Returns the shapes of the trained biases by name. */
    static SortedMap<String, Shape> shapes(Architecture architecture) {
        SortedMap<String, Shape> shapes = new TreeMap<>();
        architecture.linearLayers().forEach(layer -> shapes.put(AdapterEntry.BIAS.of(layer), new Shape(layer.out())));
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
