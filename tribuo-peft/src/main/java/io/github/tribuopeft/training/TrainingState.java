package io.github.tribuopeft.training;

import io.github.tribuopeft.engine.Tensor;
import java.util.Map;

/**
 * All that a training needs to go on where another stopped: the trained tensors themselves, which a model keeps folded only, and what AdamW
 * remembers of their gradients.
 *
 * @param values the trained tensors
 * @param first AdamW's running mean of their gradients; a tensor that is not in it has met none
 * @param second AdamW's running mean of their gradients' squares, likewise
 * @param epochs number of epochs that led here
 * @param steps number of AdamW's steps that led here
 */
public record TrainingState(Values values, Values first, Values second, int epochs, long steps) {

    /** @throws IllegalArgumentException if a number is negative, or a mean belongs to no tensor or has another shape than its tensor */
    public TrainingState {
        if (epochs < 0 || steps < 0) {
            throw new IllegalArgumentException(
                    "A training's state is reached in no fewer than 0 epochs and steps, not in " + epochs + " and "
                            + steps);
        }
        for (Values means : new Values[] {first, second}) {
            requireShapes(values.method(), means.method());
            requireShapes(values.head(), means.head());
        }
    }

    private static void requireShapes(Map<String, Tensor> values, Map<String, Tensor> means) {
        means.forEach((name, mean) -> {
            Tensor value = values.get(name);
            if (value == null || !value.shape().equals(mean.shape())) {
                throw new IllegalArgumentException("AdamW's mean of tensor '" + name + "' has shape " + mean.shape()
                        + ", but the tensor " + (value == null ? "is not there" : "has shape " + value.shape()));
            }
        });
    }

    /** The state before the first step. */
    public static TrainingState before(Map<String, Tensor> method, Map<String, Tensor> head) {
        Values none = new Values(Map.of(), Map.of());
        return new TrainingState(new Values(method, head), none, none, 0, 0);
    }

    /**
     * A tensor, or a mean, for each name.
     *
     * @param method the method's
     * @param head the head's
     */
    public record Values(Map<String, Tensor> method, Map<String, Tensor> head) {

        boolean isFinite() {
            return method.values().stream().allMatch(Tensor::isFinite)
                    && head.values().stream().allMatch(Tensor::isFinite);
        }
    }
}
