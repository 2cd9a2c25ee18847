package io.github.tribuopeft.serving;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.head.LinearHeadLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What models have in common that run in one batch, whatever the values of their tensors and the number of their
 * outputs.
 *
 * @param entries shapes of the adapter's entries by name, in the order in which they are stored
 * @param virtual the virtual tokens
 * @param pooling the pooling
 * @param head the head's layers, without dropout
 * @param owner the only model of the batch, or null if rows may be of different models
 */
record BatchLayout(
        Map<String, Shape> entries, VirtualTokens virtual, Pooling pooling, LinearHeadLayer head, Object owner) {

    /**
     * Returns the layout of a model.
     *
     * @throws IllegalArgumentException if the head has no layers of its own
     */
    static BatchLayout of(ModelState<?> state, Architecture architecture) {
        if (!(state.head().layer() instanceof LinearHeadLayer layer)) {
            throw new IllegalArgumentException(
                    "A prompt bank runs classifiers and regression models; this is a language model");
        }
        Map<String, Shape> entries = new LinkedHashMap<>();
        new TreeMap<>(state.adapter().tensors()).forEach((name, tensor) -> entries.put(name, tensor.shape()));
        return new BatchLayout(
                entries,
                state.adapter().virtualTokens(),
                state.pooling(),
                new LinearHeadLayer(0, layer.dense()),
                replacesMatrix(entries, architecture) ? new Object() : null);
    }

    /**
     * Whether an entry replaces an embedding table, which all rows of a batch share, or the weight of a linear layer,
     * whose copies for each row would take longer than batches of one model.
     */
    private static boolean replacesMatrix(Map<String, Shape> entries, Architecture architecture) {
        return entries.entrySet().stream()
                .anyMatch(entry -> architecture.weights().containsKey(entry.getKey())
                        && entry.getValue().dimension() == 2);
    }

    /** Returns the number of values of an adapter. */
    long values() {
        return entries.values().stream().mapToLong(Shape::size).sum();
    }
}
