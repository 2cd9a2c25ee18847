package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Keys and values of a text that a decoder processes in parts. The cache grows with the text and is freed by
 * {@link #close}. The backbone and the adapter must stay open. Not safe for concurrent use.
 */
public final class TextCache implements AutoCloseable {

    private final Backbone backbone;
    private final Map<String, NDArray> adapter;
    private final VirtualTokens virtual;

    /** Owner of the cache, which each part replaces. */
    private NDManager memory;

    private Map<String, NDArray> past = Map.of();
    private int length;

    TextCache(Backbone backbone, Map<String, NDArray> adapter, VirtualTokens virtual) {
        if (virtual.count() > 0 && virtual.placement() == Placement.AFTER_LAST) {
            throw new IllegalArgumentException(
                    "Virtual tokens with placement AFTER_LAST have the position ids after the"
                            + " text, whose length is not known during generation; use another placement");
        }
        this.backbone = backbone;
        this.adapter = adapter;
        this.virtual = virtual;
        this.memory = backbone.newManager();
    }

    /** Returns the number of tokens so far. */
    public int length() {
        return length;
    }

    /**
     * Appends tokens to the text.
     *
     * @param ids T token ids, at least one
     * @return the hidden states of these tokens [1, T, H], which are valid until the next call
     * @throws IllegalArgumentException if the text and the virtual tokens need more positions than the backbone has
     */
    public NDArray append(int... ids) {
        backbone.requirePositions(length + ids.length, virtual);
        NDManager next = backbone.newManager();
        try {
            Shape shape = new Shape(1, ids.length);
            int first = length;
            long[] tokens = IntStream.of(ids).asLongStream().toArray();
            long[] positions = IntStream.range(first, first + ids.length)
                    .mapToLong(t -> virtual.placement().realPosition(t, virtual.count()))
                    .toArray();
            List<NDArray> inputs = List.of(
                    next.create(tokens, shape),
                    next.create(new long[ids.length], shape),
                    next.create(positions, shape));
            Map<String, NDArray> made = new HashMap<>(backbone.decode(inputs, dictionary(next)));
            NDArray states = made.remove("states");
            memory.close();
            memory = next;
            past = made;
            length += ids.length;
            return states;
        } catch (RuntimeException | Error e) {
            next.close();
            throw e;
        }
    }

    /** Returns the adapter's entries and the cache. A prompt belongs to the first part. */
    private Map<String, NDArray> dictionary(NDManager scope) {
        Map<String, NDArray> dictionary = new HashMap<>(adapter);
        if (length > 0) {
            dictionary.remove(AdapterEntry.PROMPT.of());
        } else if (dictionary.containsKey(AdapterEntry.PROMPT.of()) && virtual.positionsTaken() > 0) {
            long[] positions = IntStream.range(0, virtual.count())
                    .mapToLong(i -> virtual.placement().virtualPosition(i, 0))
                    .toArray();
            dictionary.put(BatchEntries.PROMPT_POSITIONS, scope.create(positions, new Shape(1, virtual.count())));
        }
        dictionary.putAll(past);
        return dictionary;
    }

    @Override
    public void close() {
        memory.close();
    }
}
