package io.github.tribuopeft.training;

/** Hears how a training goes. Every method does nothing unless overridden. Called on the training thread. */
public interface TrainingListener {

    /** Before the first step. */
    default void onStart(TrainingStart start) {}

    /** After each step. */
    default void onStep(TrainingStep step) {}

    /** After each epoch, the development set included. */
    default void onEpoch(TrainingEpoch epoch) {}

    /** At the end, unless training failed. */
    default void onEnd(TrainingHistory history) {}

    /**
     * What is about to be trained.
     *
     * @param method the method's name
     * @param examples number of training examples
     * @param developmentExamples number of examples that the best state is chosen on, 0 for none
     * @param truncated number of examples whose text was cut to fit
     * @param epochs number of epochs
     * @param stepsPerEpoch number of optimizer steps in an epoch
     * @param adapterParameters number of trained values of the method
     * @param headParameters number of trained values of the head
     * @param backboneParameters number of frozen values
     * @param metric name of the development metric
     */
    record TrainingStart(
            String method,
            int examples,
            int developmentExamples,
            int truncated,
            int epochs,
            long stepsPerEpoch,
            long adapterParameters,
            long headParameters,
            long backboneParameters,
            String metric) {}

    /**
     * A step taken.
     *
     * @param epoch number of the epoch, from 1
     * @param step number of the step, from 1, over all epochs
     * @param steps number of steps in all
     * @param loss mean loss of the step's examples
     * @param gradientNorm norm of all gradients before clipping
     */
    record TrainingStep(int epoch, long step, long steps, double loss, double gradientNorm) {}

    /**
     * An epoch done.
     *
     * @param epoch its number, from 1
     * @param epochs number of epochs planned
     * @param seconds time spent training, without the development set
     * @param trainLoss mean loss over its examples
     * @param developmentMetric metric on the development set, NaN without one
     * @param best whether this is the best state so far
     */
    record TrainingEpoch(
            int epoch, int epochs, double seconds, double trainLoss, double developmentMetric, boolean best) {}
}
