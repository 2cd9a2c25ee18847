package io.github.tribuopeft.training;

import java.util.function.Supplier;

/**
 * Stops a training run and reads its state. The listener of the run receives the control at the start. Any thread may
 * call {@link #stop} and {@link #isStopRequested}. Other methods may only be called in the listener's methods.
 */
public final class TrainingControl {

    private volatile boolean stopRequested;
    private Thread trainingThread;
    private TrainingProgress progress;
    private Supplier<TrainingState> state;

    /** Creates the control of a run. */
    public TrainingControl() {}

    /**
     * Stops the run after the current step, or before the next batch of the development set. The trainer returns the
     * model of the best epoch so far. Without a development set, or in the first epoch, it returns the model of the
     * current parameters.
     */
    public void stop() {
        stopRequested = true;
    }

    /** Returns whether {@link #stop} was called. */
    public boolean isStopRequested() {
        return stopRequested;
    }

    /**
     * Returns the number of steps so far, including those before the checkpoint from which the run resumed. It is 0 in
     * {@code onStart} of a run that does not resume.
     */
    public long steps() {
        return progress == null ? 0 : progress.totalSteps();
    }

    /**
     * Copies the state of the run to the Java heap: the parameters, AdamW's averages and the best state so far.
     *
     * @throws IllegalStateException outside the events of the run's listener
     */
    public TrainingSnapshot snapshot() {
        if (state == null || Thread.currentThread() != trainingThread) {
            throw new IllegalStateException("The state of a training run is available in its listener's events only");
        }
        return progress.snapshot(state.get());
    }

    /** Sets the progress of the run, before its first step. */
    void begin(TrainingProgress position) {
        this.progress = position;
    }

    /** Makes the state available to the calling thread until {@link #detach}. */
    void attach(Supplier<TrainingState> current) {
        this.trainingThread = Thread.currentThread();
        this.state = current;
    }

    void detach() {
        this.state = null;
    }
}
