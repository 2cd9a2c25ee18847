package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.training.TrainingState.Values;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tensors of a method and of a head in native memory, with gradients. They belong to one training and to its thread. */
final class TrainableTensors {

    private final Map<String, NDArray> adapter;
    private final Map<String, NDArray> head;
    private final NDList all = new NDList();

    TrainableTensors(NDManager manager, Values values) {
        this.adapter = upload(manager, values.method());
        this.head = upload(manager, values.head());
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
    void attachTo(NDManager scope) {
        all.forEach(array -> array.tempAttach(scope));
    }

    /** The present values. */
    Values values() {
        return values(all);
    }

    /** What arrays in the order of {@link #arrays} hold, by the tensors' names. */
    Values values(NDList arrays) {
        Iterator<NDArray> next = arrays.iterator();
        return new Values(named(adapter.keySet(), next), named(head.keySet(), next));
    }

    private static Map<String, Tensor> named(Set<String> names, Iterator<NDArray> next) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        names.forEach(name -> values.put(name, Tensor.of(next.next())));
        return values;
    }

    /** New arrays in the order of {@link #arrays} and of the tensors' shapes: these values, zeros where there are none. */
    NDList beside(NDManager manager, Values values) {
        NDList arrays = new NDList();
        addBeside(adapter, values.method(), manager, arrays);
        addBeside(head, values.head(), manager, arrays);
        return arrays;
    }

    private static void addBeside(
            Map<String, NDArray> tensors, Map<String, Tensor> values, NDManager manager, NDList arrays) {
        tensors.forEach((name, tensor) -> arrays.add(
                values.containsKey(name) ? values.get(name).upload(manager) : manager.zeros(tensor.getShape())));
    }
}
