package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The tensors of a method and of a head in native memory, with gradients. They belong to one training and to its thread. */
final class TrainableTensors {

    private final Map<String, NDArray> adapter;
    private final Map<String, NDArray> head;
    private final NDList all = new NDList();

    TrainableTensors(NDManager manager, Map<String, Tensor> adapter, Map<String, Tensor> head) {
        this.adapter = upload(manager, adapter);
        this.head = upload(manager, head);
    }

    private Map<String, NDArray> upload(NDManager manager, Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        new TreeMap<>(tensors).forEach((name, tensor) -> {
            NDArray array = tensor.upload(manager);
            array.setRequiresGradient(true);
            arrays.put(name, array);
            all.add(array);
        });
        return arrays;
    }

    /** The method's tensors by name. */
    Map<String, NDArray> adapter() {
        return adapter;
    }

    /** The head's tensors by name. */
    Map<String, NDArray> head() {
        return head;
    }

    /** All tensors, the method's first. */
    NDList arrays() {
        return all;
    }

    /** Lends the tensors to a step: what is computed from them, gradients included, is then freed with the step. */
    void lendTo(NDManager scope) {
        all.forEach(array -> array.tempAttach(scope));
    }

    /** The present values. */
    State state() {
        return new State(values(adapter), values(head));
    }

    private static Map<String, Tensor> values(Map<String, NDArray> arrays) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        arrays.forEach((name, array) -> values.put(name, Tensor.of(array)));
        return values;
    }

    /** Values at some moment of a training. */
    record State(Map<String, Tensor> adapter, Map<String, Tensor> head) {

        boolean isFinite() {
            return adapter.values().stream().allMatch(Tensor::isFinite)
                    && head.values().stream().allMatch(Tensor::isFinite);
        }
    }
}
