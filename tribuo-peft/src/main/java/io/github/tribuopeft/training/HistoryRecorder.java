package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import io.github.tribuopeft.training.TrainingListener.TrainingStep;
import java.util.ArrayList;
import java.util.List;

/** Publishes the progress of a training loop as events to a listener and records its history. */
public final class HistoryRecorder implements TrainingObserver {

    private final TrainingStart start;
    private final TrainingListener listener;
    private final List<TrainingEpoch> epochs = new ArrayList<>();
    private TrainingHistory history;

    /**
     * Creates a recorder.
     *
     * @param start the run
     * @param listener receives the events
     * @param earlier epochs that an earlier process completed; empty unless the run resumes from a checkpoint
     */
    public HistoryRecorder(TrainingStart start, TrainingListener listener, List<TrainingEpoch> earlier) {
        this.start = start;
        this.listener = listener;
        this.epochs.addAll(earlier);
    }

    @Override
    public void started(TrainingControl control) {
        listener.onStart(start, control);
    }

    @Override
    public void stepDone(int epoch, long step, double loss, double gradientNorm) {
        long steps = start.stepsPerEpoch() * start.epochs();
        listener.onStep(new TrainingStep(epoch, step, steps, loss, gradientNorm));
    }

    @Override
    public void epochDone(TrainingEpoch epoch) {
        epochs.add(epoch);
        listener.onEpoch(epoch);
    }

    @Override
    public void ended(int bestEpoch, TrainingEnd end) {
        history = new TrainingHistory(start, epochs, bestEpoch, end);
        listener.onEnd(history);
    }

    /**
     * Returns the record of the run.
     *
     * @throws IllegalStateException if the run has not ended
     */
    public TrainingHistory history() {
        if (history == null) {
            throw new IllegalStateException("The training run has not ended");
        }
        return history;
    }
}
