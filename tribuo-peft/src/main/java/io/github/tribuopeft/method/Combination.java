package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Combination of several methods, each with its own learning rate. The default is the mix-and-match adapter of He et
 * al. 2022 (<a href="https://arxiv.org/abs/2110.04366">arXiv 2110.04366</a>): a prefix in the attention and a scaled
 * adapter parallel to the feed-forward sublayer.
 */
public final class Combination implements PeftMethod {

    @Config(description = "Name of the combination.")
    private String name = "mam";

    @Config(description = "The methods, at least one, of which at most one has virtual tokens.")
    private List<PeftMethod> parts =
            List.of(new PrefixTuning(), new BottleneckAdapter(24, BottleneckAdapter.Position.PARALLEL, 4.0));

    /** Creates a combination of prefix tuning and parallel adapters. */
    public Combination() {}

    /**
     * Creates a combination.
     *
     * @param name name of the combination
     * @param parts the methods, of which at most one has virtual tokens; the default learning rate is that of the first
     *     one
     */
    public Combination(String name, List<PeftMethod> parts) {
        this.name = name;
        this.parts = List.copyOf(parts);
        postConfig();
    }

    @Override
    public void postConfig() {
        if (parts.isEmpty()) {
            throw new PropertyException("", "parts", "a combination needs at least one method");
        }
        if (parts.stream().filter(part -> part.virtualTokens().count() > 0).count() > 1) {
            throw new PropertyException(
                    "",
                    "parts",
                    "at most one method of a combination can have virtual tokens, but " + name + " has more");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "prefix tuning and parallel adapters together (He et al., 2022)";
    }

    @Override
    public double defaultLearningRate() {
        return parts.get(0).defaultLearningRate();
    }

    @Override
    public double learningRateMultiplier(String tensor) {
        int dot = tensor.indexOf('.');
        PeftMethod part = parts.get(Integer.parseInt(tensor.substring(0, dot)));
        return part.defaultLearningRate()
                / defaultLearningRate()
                * part.learningRateMultiplier(tensor.substring(dot + 1));
    }

    @Override
    public boolean needsLayers() {
        return parts.stream().anyMatch(PeftMethod::needsLayers);
    }

    @Override
    public VirtualTokens virtualTokens() {
        return parts.stream()
                .map(PeftMethod::virtualTokens)
                .filter(tokens -> tokens.count() > 0)
                .findFirst()
                .orElse(VirtualTokens.NONE);
    }

    @Override
    public int firstLayer(ModelDimensions dimensions) {
        return parts.stream()
                .mapToInt(part -> part.firstLayer(dimensions))
                .min()
                .orElseThrow();
    }

    /** Returns the tensors of all parts. The index of the part and a dot come before each name. */
    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String prefix = i + ".";
            parts.get(i).initialize(context).forEach((tensor, start) -> tensors.put(prefix + tensor, start));
        }
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        Map<String, NDArray> entries = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String prefix = i + ".";
            Map<String, NDArray> own = new TreeMap<>(); // sorted: dropout draws its masks in this order
            trained.forEach((tensor, value) -> {
                if (tensor.startsWith(prefix)) {
                    own.put(tensor.substring(prefix.length()), value);
                }
            });
            parts.get(i).materialize(own, dimensions, dropout).forEach((entry, value) -> {
                if (entries.put(entry, value) != null) {
                    throw new IllegalArgumentException(
                            "Two methods of the combination " + name + " change the same entry '" + entry + "'");
                }
            });
        }
        return entries;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        throw MethodChecks.notRecoverable(
                "the tensors of the methods in the combination " + name, "training cannot be resumed from them");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "Combination(" + name + "," + parts + ")";
    }
}
