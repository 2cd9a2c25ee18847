package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Tensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tensors of a method and of a head in native memory, with gradients. They belong to one training run and to its
 * thread.
 */
final class TrainableTensors {

    private final Map<String, NDArray> adapter;
    private final Map<String, NDArray> head;
    private final NDList all = new NDList();

    TrainableTensors(NDManager manager, ParameterSet parameters) {
        this.adapter = create(manager, parameters.method());
        this.head = create(manager, parameters.head());
    }

    private Map<String, NDArray> create(NDManager manager, Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        new TreeMap<>(tensors).forEach((name, tensor) -> {
            NDArray array = tensor.upload(manager);
            array.setRequiresGradient(true);
            arrays.put(name, array);
            all.add(array);
        });
        return arrays;
    }

    /** Returns the method's tensors by name. */
    Map<String, NDArray> adapter() {
        return adapter;
    }

    /** Returns the head's tensors by name. */
    Map<String, NDArray> head() {
        return head;
    }

    /** Returns all tensors, first the method's. */
    NDList arrays() {
        return all;
    }

    /** Attaches the tensors to the scope of a step, so that their results and gradients are freed with it. */
    void attachTo(NDManager scope) {
        all.forEach(array -> array.tempAttach(scope));
    }

    /** Returns the current parameters. */
    ParameterSet values() {
        return values(all);
    }

    /** Returns the values of arrays in the order of {@link #arrays}, by the names of the tensors. */
    ParameterSet values(NDList arrays) {
        Iterator<NDArray> next = arrays.iterator();
        return new ParameterSet(named(adapter.keySet(), next), named(head.keySet(), next));
    }

    private static Map<String, Tensor> named(Set<String> names, Iterator<NDArray> next) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        names.forEach(name -> values.put(name, Tensor.of(next.next())));
        return values;
    }

    /** Creates arrays in the order and shapes of {@link #arrays}, with values, or zeros for an absent tensor. */
    NDList upload(NDManager manager, ParameterSet values) {
        NDList arrays = new NDList();
        upload(adapter, values.method(), manager, arrays);
        upload(head, values.head(), manager, arrays);
        return arrays;
    }

    private static void upload(
            Map<String, NDArray> tensors, Map<String, Tensor> values, NDManager manager, NDList arrays) {
        tensors.forEach((name, tensor) -> arrays.add(
                values.containsKey(name) ? values.get(name).upload(manager) : manager.zeros(tensor.getShape())));
    }
}
