package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;

/** Receives the progress of a {@link TrainingLoop}. Called on the training thread. */
public interface TrainingObserver {

    /** Called before the first step. */
    default void started(TrainingControl control) {}

    /**
     * Called after each optimizer step.
     *
     * @param epoch number of the epoch, from 1
     * @param step number of the step, from 1, over all epochs
     * @param loss mean loss of the rows in the step
     * @param gradientNorm norm of all gradients before clipping
     */
    default void stepDone(int epoch, long step, double loss, double gradientNorm) {}

    /** Called after each epoch and its evaluation on the development set. */
    default void epochDone(TrainingEpoch epoch) {}

    /**
     * Called at the end of a run that did not fail, while its state is still available.
     *
     * @param bestEpoch number of the epoch whose parameters are the result, from 1
     * @param end the reason why the run ended
     */
    default void ended(int bestEpoch, TrainingEnd end) {}
}
