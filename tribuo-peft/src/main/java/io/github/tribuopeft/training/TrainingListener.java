package io.github.tribuopeft.training;

import java.util.List;

/**
 * Receives training events. The default methods do nothing. All methods are called on the training thread.
 *
 * <p>To stop the run or to read its state, override {@link #onStart(TrainingStart, TrainingControl)} and keep the
 * control:
 *
 * <pre>{@code
 * trainer.setListener(new TrainingListener() {
 *     private TrainingControl control;
 *
 *     @Override
 *     public void onStart(TrainingStart start, TrainingControl control) {
 *         this.control = control;
 *     }
 *
 *     @Override
 *     public void onStep(TrainingStep step) {
 *         if (step.loss() < 0.01) {
 *             control.stop();
 *         }
 *     }
 * });
 * }</pre>
 */
public interface TrainingListener {

    /** Returns a listener that passes each event to several listeners, in their order. */
    static TrainingListener of(TrainingListener... listeners) {
        return new ListenerSequence(List.of(listeners));
    }

    /**
     * Called before the first step. The default method calls {@link #onStart(TrainingStart)}.
     *
     * @param control stops the run and reads its state
     */
    default void onStart(TrainingStart start, TrainingControl control) {
        onStart(start);
    }

    /** Called before the first step. */
    default void onStart(TrainingStart start) {}

    /** Called after each step. */
    default void onStep(TrainingStep step) {}

    /** Called after each epoch and its evaluation on the development set. */
    default void onEpoch(TrainingEpoch epoch) {}

    /** Called at the end of a run that was completed, stopped or interrupted, but not of one that failed. */
    default void onEnd(TrainingHistory history) {}

    /**
     * Start of a training run.
     *
     * @param method the method's name
     * @param examples number of training examples
     * @param developmentExamples number of examples in the development set, which determines the best epoch; 0 without
     *     one
     * @param truncated number of examples whose text is truncated
     * @param epochs number of epochs
     * @param stepsPerEpoch number of optimizer steps in an epoch
     * @param adapterParameters number of trained parameters of the method
     * @param headParameters number of trained parameters of the head
     * @param backboneParameters number of frozen parameters
     * @param metric name of the development metric
     * @param frozenLayers number of first layers whose states are computed once instead of in each epoch
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
            String metric,
            int frozenLayers) {}

    /**
     * Completed optimizer step.
     *
     * @param epoch number of the epoch, from 1
     * @param step number of the step, from 1, over all epochs
     * @param steps number of steps in all epochs
     * @param loss mean loss of the step's examples
     * @param gradientNorm norm of all gradients before clipping
     */
    record TrainingStep(int epoch, long step, long steps, double loss, double gradientNorm) {}

    /**
     * Completed epoch.
     *
     * @param epoch number of the epoch, from 1
     * @param epochs maximum number of epochs
     * @param seconds training time in seconds, without the evaluation of the development set
     * @param trainLoss mean loss over the training examples
     * @param developmentMetric metric on the development set; NaN without one
     * @param best whether this is the best epoch so far
     */
    record TrainingEpoch(
            int epoch, int epochs, double seconds, double trainLoss, double developmentMetric, boolean best) {}
}
