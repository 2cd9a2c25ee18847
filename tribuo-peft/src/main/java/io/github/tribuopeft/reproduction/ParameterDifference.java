package io.github.tribuopeft.reproduction;

import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Difference between the parameters of two models.
 *
 * @param identical whether all parameters have the same bits
 * @param absolute largest absolute difference of a parameter
 * @param relative largest difference of a parameter, relative to the largest absolute value of its tensor in the
 *     recorded model
 */
record ParameterDifference(boolean identical, double absolute, double relative) {

    /** Returns the difference, or empty if the names or shapes of the tensors differ. */
    static Optional<ParameterDifference> between(ModelState<?> recorded, ModelState<?> retrained) {
        Map<String, Tensor> recordedTensors = tensors(recorded);
        Map<String, Tensor> retrainedTensors = tensors(retrained);
        if (!recordedTensors.keySet().equals(retrainedTensors.keySet())) {
            return Optional.empty();
        }
        ParameterDifference difference = new ParameterDifference(true, 0, 0);
        for (Map.Entry<String, Tensor> entry : recordedTensors.entrySet()) {
            Tensor other = retrainedTensors.get(entry.getKey());
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

    private static ParameterDifference between(Tensor recorded, Tensor retrained) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < recorded.size(); i++) {
            largest = Math.max(largest, Math.abs(recorded.values()[i]));
            difference = Math.max(
                    difference,
                    Math.abs((double) recorded.values()[i] - retrained.values()[i]));
        }
        return new ParameterDifference(
                recorded.equals(retrained),
                difference,
                difference == 0 ? 0 : difference / Math.max(largest, Float.MIN_NORMAL));
    }

    /** Returns the difference of the tensors that two differences cover together. */
    private ParameterDifference and(ParameterDifference other) {
        return new ParameterDifference(
                identical && other.identical, Math.max(absolute, other.absolute), Math.max(relative, other.relative));
    }
}
