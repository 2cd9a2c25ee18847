package io.github.tribuopeft.training;

/** Receives the progress of a {@link TrainingLoop} as plain values. Called on the training thread. */
public interface TrainingObserver {

    /**
     * Called after each optimizer step.
     *
     * @param epoch number of the epoch, from 1
     * @param step number of the step, from 1, over all epochs
     * @param loss mean loss of the rows in the step
     * @param gradientNorm norm of all gradients before clipping
     */
    default void stepDone(int epoch, long step, double loss, double gradientNorm) {}

    /**
     * Called after each epoch.
     *
     * @param epoch number of the epoch, from 1
     * @param seconds training time without the development set
     * @param loss mean loss of the rows in the epoch
     * @param metric metric on the development set, NaN without one
     * @param best whether this is the best state so far
     */
    default void epochDone(int epoch, double seconds, double loss, double metric, boolean best) {}
}
