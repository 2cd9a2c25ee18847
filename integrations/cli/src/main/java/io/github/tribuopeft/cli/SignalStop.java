package io.github.tribuopeft.cli;

import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingEnd;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener;

/**
 * Stop of a training run by a signal. A training run with checkpoints finishes its step and writes its state. Without
 * checkpoints, and at the second signal, the process ends at once.
 */
final class SignalStop implements TrainingListener {

    /** The training that runs at the moment; null if none does. */
    private static volatile SignalStop running;

    private final boolean keepsState;
    private final String advice;
    private TrainingControl control;
    private String position;
    private volatile StopSignals signal;

    /**
     * Creates the stop of a command's training runs, one of which runs at a time.
     *
     * @param keepsState whether the training runs write checkpoints
     * @param advice what is kept and how the training resumes, for the message
     */
    SignalStop(boolean keepsState, String advice) {
        this.keepsState = keepsState;
        this.advice = advice;
    }

    @Override
    public void onStart(TrainingStart start, TrainingControl ofRun) {
        control = ofRun;
        position = position(ofRun.steps(), start.stepsPerEpoch() * start.epochs());
        running = this;
    }

    @Override
    public void onStep(TrainingStep step) {
        position = position(step.step(), step.steps());
    }

    private static String position(long step, long steps) {
        return "after step " + step + " of " + steps;
    }

    @Override
    public void onEnd(TrainingHistory history) {
        running = null;
    }

    /** Returns whether the running training ends by itself after a signal. */
    static boolean request(StopSignals signal) {
        SignalStop training = running;
        if (training == null || !training.keepsState || training.signal != null) {
            return false;
        }
        training.signal = signal;
        training.control.stop();
        return true;
    }

    /** Returns a clause with the advice of the running training, which ends with the process; empty if none runs. */
    static String advice() {
        SignalStop training = running;
        return training == null ? "" : "; " + training.advice;
    }

    /**
     * Ends the command if a signal stopped its training.
     *
     * @throws StoppedException if so
     */
    void requireComplete(TrainingHistory history) {
        if (history.end() != TrainingEnd.COMPLETED) {
            throw new StoppedException(signal, "stopped by SIG" + signal + " " + position + "; " + advice);
        }
    }

    /**
     * Ends a command that continues with other training runs.
     *
     * @throws StoppedException if a signal arrived, even if the training was completed by then
     */
    void requireNoSignal(TrainingHistory history) {
        requireComplete(history);
        if (signal != null) {
            throw new StoppedException(signal, "stopped by SIG" + signal + "; " + advice);
        }
    }
}
