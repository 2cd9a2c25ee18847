package io.github.tribuopeft.training;

import io.github.tribuopeft.engine.Tensor;
import java.util.Map;

/**
 * State of a training run from which another run can resume: the parameters and the state of AdamW. A model without a
 * training state contains only the adapter computed from the parameters.
 *
 * @param parameters the trained tensors
 * @param expAvg AdamW's moving averages of the gradients; zero for a tensor that is absent
 * @param expAvgSq AdamW's moving averages of the squared gradients; zero for a tensor that is absent
 * @param epochs number of epochs so far
 * @param steps number of optimizer steps so far
 */
public record TrainingState(
        ParameterSet parameters, ParameterSet expAvg, ParameterSet expAvgSq, int epochs, long steps) {

    /**
     * @throws IllegalArgumentException if a number is negative, or an average belongs to no parameter or has another
     *     shape than its parameter
     */
    public TrainingState {
        if (epochs < 0 || steps < 0) {
            throw new IllegalArgumentException(
                    "The numbers of epochs and steps of a training state must not be negative, " + "but are " + epochs
                            + " and " + steps);
        }
        for (ParameterSet averages : new ParameterSet[] {expAvg, expAvgSq}) {
            requireShapes(parameters.method(), averages.method());
            requireShapes(parameters.head(), averages.head());
        }
    }

    private static void requireShapes(Map<String, Tensor> parameters, Map<String, Tensor> averages) {
        averages.forEach((name, average) -> {
            Tensor parameter = parameters.get(name);
            if (parameter == null || !parameter.shape().equals(average.shape())) {
                throw new IllegalArgumentException("AdamW's average of tensor '" + name + "' has shape "
                        + average.shape() + ", but the tensor "
                        + (parameter == null ? "is missing" : "has shape " + parameter.shape()));
            }
        });
    }

    /** Returns the state before the first step. */
    public static TrainingState initial(Map<String, Tensor> method, Map<String, Tensor> head) {
        return new TrainingState(new ParameterSet(method, head), ParameterSet.EMPTY, ParameterSet.EMPTY, 0, 0);
    }

    /** Returns the number of values: the parameters and AdamW's averages. */
    public long size() {
        return parameters.size() + expAvg.size() + expAvgSq.size();
    }
}
