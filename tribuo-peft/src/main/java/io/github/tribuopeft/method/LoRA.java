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
 * LoRA (Hu et al. 2021, <a href="https://arxiv.org/abs/2106.09685">arXiv 2106.09685</a>): linear maps of the frozen backbone get a
 * term of low rank added,
 *
 * <pre>  W x + s B A x,    A [r, in], B [out, r],    s = α / r</pre>
 *
 * so r × (in + out) values for each map. B starts at zero: the first step begins at the frozen model. With {@code rankStabilised} s is
 * α / √r (Kalajdzievski 2023, <a href="https://arxiv.org/abs/2312.03732">arXiv 2312.03732</a>).
 */
public final class LoRA implements PeftMethod {

    @Config(description = "Rank r of what is added to each map, at least 1.")
    private int rank = 8;

    @Config(description = "α: what is added is scaled by α over the rank; above 0.")
    private double alpha = 16;

    @Config(description = "Scale by α over the rank's square root instead.")
    private boolean rankStabilised = false;

    @Config(description = "The maps: all, or some of query,key,value,attention-output,gate,up,down.")
    private String targets = "query,value";

    @Config(description = "First layer whose maps are meant, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer whose maps are meant, included; -1 for the backbone's last.")
    private int lastLayer = -1;

    @Config(description = "Share of A's input features that each training step drops, at least 0 and below 1.")
    private double dropout = 0.0;

    /** Rank 8 and α 16 on queries and values of every layer. */
    public LoRA() {}

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void postConfig() {
        if (rank < 1) {
            throw new PropertyException("", "rank", "LoRA needs a rank of at least 1, not " + rank);
        }
        if (!(alpha > 0)) {
            throw new PropertyException("", "alpha", "LoRA's alpha must be above 0, but is " + alpha);
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
    public double defaultLearningRate() {
        return 1e-3;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    /** A and B of each map: A spread evenly within 1/√in, as PyTorch's linear layers and PEFT start it, B zero. */
    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        return initialize(context.backbone().architecture(), context.random());
    }

    Map<String, Tensor> initialize(Architecture architecture, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (LinearLayer map : targets().in(architecture)) {
            tensors.put(
                    AdapterEntry.LORA_A.of(map),
                    RandomTensors.uniform(new Shape(rank, map.in()), 1 / Math.sqrt(map.in()), random));
            tensors.put(AdapterEntry.LORA_B.of(map), Tensor.zeros(map.out(), rank));
        }
        return tensors;
    }

    /** B with its scale; A with some of its columns dropped, the same ones for every token of a step. */
    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions shape, Dropout noise) {
        double scale = scale();
        Map<String, NDArray> entries = new HashMap<>();
        trained.forEach((name, tensor) -> entries.put(
                name,
                AdapterEntry.LORA_A.matches(name)
                        ? tensor.mul(noise.apply(
                                tensor.getManager()
                                        .ones(new Shape(1, tensor.getShape().get(1))),
                                dropout))
                        : tensor.mul(scale)));
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

    /** Settings that differ from the defaults. */
    public static final class Builder {
        private final List<Consumer<LoRA>> changes = new ArrayList<>();

        private Builder() {}

        /** Rank of what is added to each map, at least 1. */
        public Builder rank(int r) {
            changes.add(made -> made.rank = r);
            return this;
        }

        /** What is added is scaled by this over the rank; above 0. */
        public Builder alpha(double scale) {
            changes.add(made -> made.alpha = scale);
            return this;
        }

        /** Scales by α over the rank's square root. */
        public Builder rankStabilised() {
            changes.add(made -> made.rankStabilised = true);
            return this;
        }

        /** The maps that get a term. */
        public Builder targets(Role... roles) {
            changes.add(made -> made.targets = TargetModules.spell(EnumSet.copyOf(Arrays.asList(roles))));
            return this;
        }

        /** First and last layer whose maps are meant, from 0, both included. */
        public Builder layers(int first, int last) {
            changes.add(made -> {
                made.firstLayer = first;
                made.lastLayer = last;
            });
            return this;
        }

        /** Share of A's input features that each training step drops, at least 0 and below 1. */
        public Builder dropout(double rate) {
            changes.add(made -> made.dropout = rate);
            return this;
        }

        /**
         * The method.
         *
         * @throws PropertyException if a setting is out of its range
         */
        public LoRA build() {
            LoRA made = new LoRA();
            changes.forEach(change -> change.accept(made));
            made.postConfig();
            return made;
        }
    }
}
