package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Tensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tensors of a method and of a head in native memory. They belong to one training run or to one of its micro-batches.
 */
final class TrainableTensors {

    private final Map<String, NDArray> adapter;
    private final Map<String, NDArray> head;
    private final NDList all = new NDList();

    /** Uploads parameters, in the order of their names. */
    TrainableTensors(NDManager manager, ParameterSet parameters) {
        this(upload(manager, parameters.method()), upload(manager, parameters.head()));
    }

    private TrainableTensors(Map<String, NDArray> adapter, Map<String, NDArray> head) {
        this.adapter = adapter;
        this.head = head;
        all.addAll(adapter.values());
        all.addAll(head.values());
    }

    private static Map<String, NDArray> upload(NDManager manager, Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        new TreeMap<>(tensors).forEach((name, tensor) -> arrays.put(name, tensor.upload(manager)));
        return arrays;
    }

    /**
     * Returns leaf tensors that share the memory of these tensors and require gradients. Closing the scope frees the
     * results computed from them, and their gradients.
     */
    TrainableTensors leaves(NDManager scope) {
        return new TrainableTensors(leaves(scope, adapter), leaves(scope, head));
    }

    private static Map<String, NDArray> leaves(NDManager scope, Map<String, NDArray> tensors) {
        Map<String, NDArray> leaves = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> leaves.put(name, Autograd.leaf(scope, tensor)));
        return leaves;
    }

    /** Returns the method's tensors by name. */
    Map<String, NDArray> adapter() {
        return adapter;
    }

    /** Returns the head's tensors by name. */
    Map<String, NDArray> head() {
        return head;
    }

    /** Returns all tensors: those of the method, then those of the head. */
    NDList arrays() {
        return all;
    }

    /** Returns the gradients of {@linkplain #leaves leaves}, in the order of {@link #arrays}. */
    NDList gradients() {
        NDList gradients = new NDList(all.size());
        all.forEach(leaf -> gradients.add(Autograd.gradient(leaf)));
        return gradients;
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

    /** Uploads values as arrays in the order and shapes of {@link #arrays}. A tensor without values becomes zeros. */
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
