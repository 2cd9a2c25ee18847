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
 * Prefix tuning (Li and Liang 2021, <a href="https://arxiv.org/abs/2101.00190">arXiv 2101.00190</a>; for encoders
 * P-tuning v2, Liu et al. 2022, <a href="https://arxiv.org/abs/2110.07602">arXiv 2110.07602</a>): adds P trained keys
 * and values to those of the text in every attention layer,
 *
 * <pre>  softmax(Q [Kp; K]ᵀ / √D) [Vp; V]</pre>
 *
 * with 2 × layers × P × K × D values. A prefix has no queries, so the number and order of hidden states do not change.
 */
public final class PrefixTuning implements PeftMethod {

    @Config(description = "Number of virtual tokens P, at least 1.")
    private int virtualTokens = 20;

    @Config(description = "First layer with a prefix, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer with a prefix, inclusive; -1 for the last layer of the backbone.")
    private int lastLayer = -1;

    @Config(description = "Initializer of keys and values.")
    private PrefixInitializer initializer = new TextPrefixInitializer();

    @Config(description = "MLP through which the prefix is trained; the model keeps its output.")
    private PrefixReparameterization reparameterization;

    @Config(description = "Dropout rate of the prefix, in [0, 1).")
    private double dropout = 0.1;

    @Config(description = "Learning rate of keys relative to that of values, above 0.")
    private double keyLearningRateRatio = 1.0;

    @Config(description = "Placement of the position ids of virtual tokens.")
    private Placement placement = Placement.NO_POSITION_IDS;

    /**
     * Creates prefix tuning with twenty virtual tokens in every layer, initialized from training texts, and dropout of
     * 0.1.
     */
    public PrefixTuning() {}

    /** Returns a builder with the default settings. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void postConfig() {
        if (virtualTokens < 1) {
            throw new PropertyException(
                    "", "virtualTokens", "the number of virtual tokens must be at least 1, but is " + virtualTokens);
        }
        layers();
        MethodChecks.dropout(dropout);
        if (!(keyLearningRateRatio > 0 && keyLearningRateRatio < Double.POSITIVE_INFINITY)) {
            throw new PropertyException(
                    "",
                    "keyLearningRateRatio",
                    "the learning rate ratio of keys must be above 0 and finite, but is " + keyLearningRateRatio);
        }
        if (reparameterization != null && keyLearningRateRatio != 1) {
            throw new PropertyException(
                    "",
                    "keyLearningRateRatio",
                    "an MLP computes keys and values together, so its learning rate ratio of keys must be 1, but is "
                            + keyLearningRateRatio);
        }
    }

    private LayerRange layers() {
        return new LayerRange(firstLayer, lastLayer);
    }

    @Override
    public String name() {
        return "prefix-tuning";
    }

    @Override
    public String description() {
        return "trained keys and values in each attention layer (Li and Liang, 2021)";
    }

    @Override
    public double defaultLearningRate() {
        return reparameterization == null ? 3e-2 : reparameterization.defaultLearningRate();
    }

    @Override
    public double languageModelLearningRate() {
        return reparameterization == null ? 3e-1 : defaultLearningRate();
    }

    @Override
    public double learningRateMultiplier(String tensor) {
        return AdapterEntry.PREFIX_KEY.matches(tensor) ? keyLearningRateRatio : 1.0;
    }

    @Override
    public int firstLayer(ModelDimensions dimensions) {
        return layers().of(dimensions).first();
    }

    @Override
    public VirtualTokens virtualTokens() {
        return new VirtualTokens(virtualTokens, placement);
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        ModelDimensions dimensions = context.backbone().dimensions();
        LayerRange range = layers().of(dimensions);
        if (reparameterization != null) {
            return reparameterization.initialize(virtualTokens, range.count(), dimensions, context.random());
        }
        List<Tensor> initial = initializer.keysAndValues(virtualTokens, context);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int layer = range.first(); layer <= range.last(); layer++) {
            tensors.put(AdapterEntry.PREFIX_KEY.of(layer), initial.get(2 * layer));
            tensors.put(AdapterEntry.PREFIX_VALUE.of(layer), initial.get(2 * layer + 1));
        }
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        Map<String, NDArray> prefix = reparameterization == null ? trained : prefix(trained, dimensions);
        Map<String, NDArray> entries = new HashMap<>();
        prefix.forEach((name, tensor) -> entries.put(name, dropout.apply(tensor, this.dropout)));
        return entries;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        if (reparameterization != null) {
            throw MethodChecks.notRecoverable(
                    "the MLP of the prefix",
                    "training can be resumed with prefix-tuning without reparameterization from its keys and values");
        }
        return adapter;
    }

    private Map<String, NDArray> prefix(Map<String, NDArray> trained, ModelDimensions dimensions) {
        List<NDArray> tensors = reparameterization.keysAndValues(trained, dimensions);
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
                + initializer + ",reparameterization=" + reparameterization + ",dropout=" + dropout
                + ",keyLearningRateRatio=" + keyLearningRateRatio + ",placement=" + placement + ")";
    }

    /** Builder of prefix tuning. */
    public static final class Builder {
        private final List<Consumer<PrefixTuning>> changes = new ArrayList<>();

        private Builder() {}

        /** Sets the number of virtual tokens, at least 1. */
        public Builder virtualTokens(int count) {
            changes.add(method -> method.virtualTokens = count);
            return this;
        }

        /** Sets the range of layers with a prefix, from 0, both ends inclusive. */
        public Builder layers(int first, int last) {
            changes.add(method -> {
                method.firstLayer = first;
                method.lastLayer = last;
            });
            return this;
        }

        /** Sets the initializer of keys and values. */
        public Builder initializer(PrefixInitializer value) {
            changes.add(method -> method.initializer = value);
            return this;
        }

        /** Trains the prefix through an MLP, which has its own initialization. */
        public Builder reparameterization(PrefixReparameterization mlp) {
            changes.add(method -> method.reparameterization = mlp);
            return this;
        }

        /** Sets the dropout rate of the prefix, in [0, 1). */
        public Builder dropout(double value) {
            changes.add(method -> method.dropout = value);
            return this;
        }

        /**
         * Sets the learning rate of keys relative to that of values, above 0. Values below 1 keep attention from moving
         * to the prefix within a few steps.
         */
        public Builder keyLearningRateRatio(double value) {
            changes.add(method -> method.keyLearningRateRatio = value);
            return this;
        }

        /** Sets the placement of the position ids of virtual tokens. */
        public Builder placement(Placement value) {
            changes.add(method -> method.placement = value);
            return this;
        }

        /**
         * Returns the method.
         *
         * @throws PropertyException if a setting is out of its range
         */
        public PrefixTuning build() {
            PrefixTuning method = new PrefixTuning();
            changes.forEach(change -> change.accept(method));
            method.postConfig();
            return method;
        }
    }
}
