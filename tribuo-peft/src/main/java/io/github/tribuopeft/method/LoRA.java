package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * LoRA (Hu et al. 2021, <a href="https://arxiv.org/abs/2106.09685">arXiv 2106.09685</a>): adds a low-rank term to
 * linear layers of the frozen backbone,
 *
 * <pre>  W x + s B A x,    A [r, in], B [out, r],    s = α / r</pre>
 *
 * with r × (in + out) values for each layer. B is initialized to zero, so training starts from the outputs of the
 * frozen model. With {@code rankStabilised}, s is α / √r (Kalajdzievski 2023, <a
 * href="https://arxiv.org/abs/2312.03732">arXiv 2312.03732</a>).
 */
public final class LoRA implements PeftMethod {

    @Config(description = "Rank r, at least 1.")
    private int rank = 8;

    @Config(description = "α, above 0: the term is scaled by α over the rank.")
    private double alpha = 16;

    @Config(description = "Scale by α over the square root of the rank instead.")
    private boolean rankStabilised = false;

    @Config(description = "The linear layers: all, or some of query,key,value,attention-output,gate,up,down.")
    private String targets = "query,value";

    @Config(description = "First transformer layer, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last transformer layer, inclusive; -1 for the last layer of the backbone.")
    private int lastLayer = -1;

    @Config(description = "Dropout rate of A's input features, in [0, 1).")
    private double dropout = 0.0;

    /** Creates LoRA of rank 8 and α 16 on the queries and values of every layer. */
    public LoRA() {}

    /** Returns a builder with the default settings. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void postConfig() {
        if (rank < 1) {
            throw new PropertyException("", "rank", "the rank of LoRA must be at least 1, but is " + rank);
        }
        if (!(alpha > 0)) {
            throw new PropertyException("", "alpha", "alpha of LoRA must be above 0, but is " + alpha);
        }
        MethodChecks.dropout(dropout);
        targets();
    }

    private TargetModules targets() {
        return TargetModules.parse(targets, new LayerRange(firstLayer, lastLayer));
    }

    @Override
    public String name() {
        return "lora";
    }

    @Override
    public String description() {
        return "low-rank updates of the weights of linear layers (Hu et al., 2021)";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-3;
    }

    @Override
    public double languageModelLearningRate() {
        return 2e-2;
    }

    @Override
    public int firstLayer(ModelDimensions dimensions) {
        return new LayerRange(firstLayer, lastLayer).of(dimensions).first();
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    /**
     * Returns A and B of each layer. A is uniform in [-1/√in, 1/√in), as in PyTorch's linear layers and PEFT, B is
     * zero.
     */
    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        return initialize(context.backbone().architecture(), context.random());
    }

    Map<String, Tensor> initialize(Architecture architecture, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (LinearLayer layer : targets().of(architecture)) {
            tensors.put(
                    AdapterEntry.LORA_A.of(layer),
                    RandomTensors.uniform(new Shape(rank, layer.in()), 1 / Math.sqrt(layer.in()), random));
            tensors.put(AdapterEntry.LORA_B.of(layer), Tensor.zeros(layer.out(), rank));
        }
        return tensors;
    }

    /** Multiplies B by the scale and drops columns of A, the same for all tokens of a micro-batch. */
    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        double scale = scale();
        Map<String, NDArray> entries = new HashMap<>();
        trained.forEach((name, tensor) -> entries.put(
                name,
                AdapterEntry.LORA_A.matches(name)
                        ? tensor.mul(dropout.apply(
                                tensor.getManager()
                                        .ones(new Shape(1, tensor.getShape().get(1))),
                                this.dropout))
                        : Autograd.scale(tensor, scale)));
        return entries;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        double scale = scale();
        Map<String, Tensor> trained = new HashMap<>();
        adapter.forEach((name, tensor) ->
                trained.put(name, AdapterEntry.LORA_A.matches(name) ? tensor : tensor.map(value -> value / scale)));
        return trained;
    }

    private double scale() {
        return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "LoRA(rank=" + rank + ",alpha=" + alpha + ",rankStabilised=" + rankStabilised + ",targets=" + targets
                + ",layers=" + firstLayer + "-" + lastLayer + ",dropout=" + dropout + ")";
    }

    /** Builder of LoRA. */
    public static final class Builder {
        private final List<Consumer<LoRA>> changes = new ArrayList<>();

        private Builder() {}

        /** Sets the rank, at least 1. */
        public Builder rank(int value) {
            changes.add(method -> method.rank = value);
            return this;
        }

        /** Sets α, above 0. The term is scaled by α over the rank. */
        public Builder alpha(double value) {
            changes.add(method -> method.alpha = value);
            return this;
        }

        /** Scales the term by α over the square root of the rank. */
        public Builder rankStabilised() {
            changes.add(method -> method.rankStabilised = true);
            return this;
        }

        /** Sets the roles of the linear layers. */
        public Builder targets(Role... roles) {
            changes.add(method -> method.targets = TargetModules.spell(EnumSet.copyOf(Arrays.asList(roles))));
            return this;
        }

        /** Sets the range of transformer layers, from 0, both ends inclusive. */
        public Builder layers(int first, int last) {
            changes.add(method -> {
                method.firstLayer = first;
                method.lastLayer = last;
            });
            return this;
        }

        /** Sets the dropout rate of A's input features, in [0, 1). */
        public Builder dropout(double rate) {
            changes.add(method -> method.dropout = rate);
            return this;
        }

        /**
         * Returns the method.
         *
         * @throws PropertyException if a setting is out of its range
         */
        public LoRA build() {
            LoRA method = new LoRA();
            changes.forEach(change -> change.accept(method));
            method.postConfig();
            return method;
        }
    }
}
