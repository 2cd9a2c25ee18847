package io.github.tribuopeft.training;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Tensors of a method and of a head, by name: their parameters, or AdamW's averages of the gradients of these.
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

    /** Returns the shapes of the tensors by name. */
    Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new TreeMap<>();
        method.forEach((name, tensor) -> shapes.put("method." + name, tensor.shape()));
        head.forEach((name, tensor) -> shapes.put("head." + name, tensor.shape()));
        return shapes;
    }

    boolean isFinite() {
        return Stream.of(method, head)
                .flatMap(tensors -> tensors.values().stream())
                .allMatch(Tensor::isFinite);
    }
}
