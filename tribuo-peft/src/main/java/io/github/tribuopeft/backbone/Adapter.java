package io.github.tribuopeft.backbone;

import io.github.tribuopeft.engine.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Result of training a method: tensors by the names of {@link AdapterEntry}, which the backbone's program applies to
 * the frozen model, and virtual tokens. A model stores nothing else of its method.
 *
 * @param tensors the tensors by name, such as {@code prefix.3.key} [1, N, P, D]
 * @param virtualTokens number and placement of the virtual tokens
 */
public record Adapter(Map<String, Tensor> tensors, VirtualTokens virtualTokens) {

    /** The empty adapter, which changes nothing. */
    public static final Adapter NONE = new Adapter(Map.of(), VirtualTokens.NONE);

    public Adapter {
        tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    }

    /**
     * Checks that the tensors fit each other and the number of virtual tokens.
     *
     * @throws IllegalArgumentException if a tensor is missing or has a wrong shape; the message names it
     */
    public void requireComplete() {
        AdapterCheck.complete(this);
    }

    /** Returns the number of values of all tensors. */
    public long size() {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }
}
