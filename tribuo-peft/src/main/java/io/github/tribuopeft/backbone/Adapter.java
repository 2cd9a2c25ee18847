package io.github.tribuopeft.backbone;

import io.github.tribuopeft.engine.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a trained method adds to a frozen backbone: a few tensors by the names that programs look up, and the virtual tokens they
 * stand for. This is all that a model keeps of its method.
 *
 * @param tensors the tensors by name, such as {@code prefix.3.key} [1, N, P, D]
 * @param virtualTokens the virtual tokens among them
 */
public record Adapter(Map<String, Tensor> tensors, VirtualTokens virtualTokens) {

    /** The adapter that adds nothing. */
    public static final Adapter NONE = new Adapter(Map.of(), VirtualTokens.NONE);

    public Adapter {
        tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    }

    /**
     * Checks that the tensors fit each other and the virtual tokens.
     *
     * @throws IllegalArgumentException if not; the message names the tensor
     */
    public void requireComplete() {
        AdapterCheck.complete(this);
    }

    /** Number of values. */
    public long size() {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }
}
