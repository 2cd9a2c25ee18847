package io.github.tribuopeft.reproduction;

import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Difference of the tensors of two models.
 *
 * @param identical whether all values have the same bits
 * @param absolute largest absolute difference
 * @param relative largest difference relative to the largest value of its tensor
 */
record ParameterDifference(boolean identical, double absolute, double relative) {

    /** Returns the difference; empty if the tensors have other names or shapes. */
    static Optional<ParameterDifference> between(ModelState<?> recorded, ModelState<?> found) {
        Map<String, Tensor> before = tensors(recorded);
        Map<String, Tensor> after = tensors(found);
        if (!before.keySet().equals(after.keySet())) {
            return Optional.empty();
        }
        ParameterDifference difference = new ParameterDifference(true, 0, 0);
        for (Map.Entry<String, Tensor> entry : before.entrySet()) {
            Tensor other = after.get(entry.getKey());
            if (!entry.getValue().shape().equals(other.shape())) {
                return Optional.empty();
            }
            difference = difference.and(between(entry.getValue(), other));
        }
        return Optional.of(difference);
    }

    private static Map<String, Tensor> tensors(ModelState<?> state) {
        Map<String, Tensor> tensors = new TreeMap<>();
        state.adapter().tensors().forEach((name, tensor) -> tensors.put("adapter " + name, tensor));
        state.headTensors().forEach((name, tensor) -> tensors.put("head " + name, tensor));
        return tensors;
    }

    private static ParameterDifference between(Tensor recorded, Tensor found) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < recorded.size(); i++) {
            largest = Math.max(largest, Math.abs(recorded.values()[i]));
            difference = Math.max(difference, Math.abs((double) recorded.values()[i] - found.values()[i]));
        }
        return new ParameterDifference(
                recorded.equals(found),
                difference,
                difference == 0 ? 0 : difference / Math.max(largest, Float.MIN_NORMAL));
    }

    private ParameterDifference and(ParameterDifference other) {
        return new ParameterDifference(
                identical && other.identical, Math.max(absolute, other.absolute), Math.max(relative, other.relative));
    }
}
