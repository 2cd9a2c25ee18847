package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Prefix tuning (Li and Liang 2021, <a href="https://arxiv.org/abs/2101.00190">arXiv 2101.00190</a>; for encoders P-tuning v2, Liu
 * et al. 2022, <a href="https://arxiv.org/abs/2110.07602">arXiv 2110.07602</a>): every attention layer gets P trained keys and
 * values beside those of the text,
 *
 * <pre>  softmax(Q [Kp; K]ᵀ / √D) [Vp; V]</pre>
 *
 * so 2 × layers × P × N × D values. A prefix asks no questions itself: the text's states keep their number and their places.
 */
public final class PrefixTuning implements PeftMethod {

    @Config(description = "Number of virtual tokens P, at least 1.")
    private int virtualTokens = 20;

    @Config(description = "First layer that gets a prefix, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer that gets a prefix, included; -1 for the backbone's last.")
    private int lastLayer = -1;

    @Config(description = "Where keys and values start from.")
    private PrefixInitializer initializer = new TextPrefixInitializer();

    @Config(description = "Train the prefix through an MLP, folded away at the end, instead of directly.")
    private PrefixReparameterization reparameterization;

    @Config(description = "Dropout on the prefix while training, at least 0 and below 1.")
    private double dropout = 0.1;

    @Config(description = "Which position numbers the virtual tokens take.")
    private Placement placement = Placement.NO_POSITION_IDS;

    /** Twenty virtual tokens in every layer, started from texts of the training data, with a tenth dropped while training. */
    public PrefixTuning() {}

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void postConfig() {
        if (virtualTokens < 1) {
            throw new PropertyException(
                    "", "virtualTokens", "prefix tuning needs at least 1 virtual token, not " + virtualTokens);
        }
        layers();
        MethodChecks.dropout(dropout);
    }

    private LayerRange layers() {
        return new LayerRange(firstLayer, lastLayer);
    }

    @Override
    public String name() {
        return "prefix-tuning";
    }

    @Override
    public double defaultLearningRate() {
        return reparameterization == null ? 1e-1 : reparameterization.defaultLearningRate();
    }

    @Override
    public VirtualTokens virtualTokens() {
        return new VirtualTokens(virtualTokens, placement);
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        ModelDimensions shape = context.backbone().dimensions();
        LayerRange range = layers().in(shape);
        if (reparameterization != null) {
            return reparameterization.initialize(virtualTokens, range.count(), shape, context.random());
        }
        List<Tensor> start = initializer.keysAndValues(virtualTokens, context);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int layer = range.first(); layer <= range.last(); layer++) {
            tensors.put(AdapterEntry.PREFIX_KEY.of(layer), start.get(2 * layer));
            tensors.put(AdapterEntry.PREFIX_VALUE.of(layer), start.get(2 * layer + 1));
        }
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions shape, Dropout noise) {
        Map<String, NDArray> prefix = reparameterization == null ? trained : unfolded(trained, shape);
        Map<String, NDArray> kept = new HashMap<>();
        prefix.forEach((name, tensor) -> kept.put(name, noise.apply(tensor, dropout)));
        return kept;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        if (reparameterization != null) {
            throw MethodChecks.gone(
                    "the prefix's MLP", "prefix tuning without reparameterization can go on from its keys and values");
        }
        return adapter;
    }

    private Map<String, NDArray> unfolded(Map<String, NDArray> trained, ModelDimensions shape) {
        List<NDArray> tensors = reparameterization.keysAndValues(trained, shape);
        Map<String, NDArray> prefix = new HashMap<>();
        for (int i = 0; i < tensors.size(); i += 2) {
            prefix.put(AdapterEntry.PREFIX_KEY.of(firstLayer + i / 2), tensors.get(i));
            prefix.put(AdapterEntry.PREFIX_VALUE.of(firstLayer + i / 2), tensors.get(i + 1));
        }
        return prefix;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "PrefixTuning(virtualTokens=" + virtualTokens + ",layers=" + firstLayer + "-" + lastLayer
                + ",initializer="
                + initializer + ",reparameterization=" + reparameterization + ",dropout=" + dropout + ",placement="
                + placement + ")";
    }

    /** Settings that differ from the defaults. */
    public static final class Builder {
        private final List<Consumer<PrefixTuning>> changes = new ArrayList<>();

        private Builder() {}

        /** Number of virtual tokens, at least 1. */
        public Builder virtualTokens(int count) {
            changes.add(made -> made.virtualTokens = count);
            return this;
        }

        /** First and last layer that get a prefix, from 0, both included. */
        public Builder layers(int first, int last) {
            changes.add(made -> {
                made.firstLayer = first;
                made.lastLayer = last;
            });
            return this;
        }

        /** Where keys and values start from. */
        public Builder initializer(PrefixInitializer start) {
            changes.add(made -> made.initializer = start);
            return this;
        }

        /** Trains the prefix through an MLP. The MLP has its own start, so the initializer is not asked. */
        public Builder reparameterization(PrefixReparameterization mlp) {
            changes.add(made -> made.reparameterization = mlp);
            return this;
        }

        /** Dropout on the prefix while training, at least 0 and below 1. */
        public Builder dropout(double rate) {
            changes.add(made -> made.dropout = rate);
            return this;
        }

        /** Which position numbers the virtual tokens take. */
        public Builder placement(Placement where) {
            changes.add(made -> made.placement = where);
            return this;
        }

        /**
         * The method.
         *
         * @throws PropertyException if a setting is out of its range
         */
        public PrefixTuning build() {
            PrefixTuning made = new PrefixTuning();
            changes.forEach(change -> change.accept(made));
            made.postConfig();
            return made;
        }
    }
}
