package io.github.tribuopeft.training;

import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.method.PeftMethod;

/**
 * Configuration of a training run.
 *
 * @param options the hyperparameters
 * @param stepsPerEpoch number of optimizer steps in an epoch
 * @param method the method
 * @param pooling the pooling of hidden states
 * @param head the head
 */
public record TrainingPlan(
        TrainingOptions options, long stepsPerEpoch, PeftMethod method, Pooling pooling, OutputHead<?> head) {

    /** Returns the plan of a run on a number of training items. */
    public static TrainingPlan of(
            TrainingOptions options, int items, PeftMethod method, Pooling pooling, OutputHead<?> head) {
        return new TrainingPlan(options, options.stepsPerEpoch(items), method, pooling, head);
    }

    /** Returns the number of optimizer steps in all epochs. */
    long steps() {
        return stepsPerEpoch * options.epochs();
    }

    /** Returns the learning rates at a step; {@code step} counts from 0. */
    Rates rates(long step) {
        double multiplier = options.learningRateMultiplier(step, steps());
        return new Rates(
                options.learningRate(head.defaultLearningRate(method)) * multiplier,
                options.headLearningRate() * multiplier);
    }

    /** Returns the learning rates without the factor of the schedule. */
    public Rates peakRates() {
        return new Rates(options.learningRate(head.defaultLearningRate(method)), options.headLearningRate());
    }

    /** Learning rates of the method's tensors and of the head's. */
    public record Rates(double method, double head) {}
}
