package io.github.tribuopeft.training;

import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tensors of a method and of a head, by name: parameters, or AdamW's means of their gradients.
 *
 * @param method the method's tensors
 * @param head the head's tensors
 */
public record ParameterSet(Map<String, Tensor> method, Map<String, Tensor> head) {

    /** The set without tensors. */
    static final ParameterSet EMPTY = new ParameterSet(Map.of(), Map.of());

    /** Returns the number of values. */
    public long size() {
        return size(method) + size(head);
    }

    /** Returns the number of values in tensors. */
    public static long size(Map<String, Tensor> tensors) {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }

    boolean isFinite() {
        return Stream.of(method, head)
                .flatMap(tensors -> tensors.values().stream())
                .allMatch(Tensor::isFinite);
    }
}
