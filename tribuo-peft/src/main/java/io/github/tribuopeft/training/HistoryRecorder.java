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

    /** Creates a recorder and publishes the start of the run. */
    public HistoryRecorder(TrainingStart start, TrainingListener listener) {
        this.start = start;
        this.listener = listener;
        listener.onStart(start);
    }

    @Override
    public void stepDone(int epoch, long step, double loss, double gradientNorm) {
        long steps = start.stepsPerEpoch() * start.epochs();
        listener.onStep(new TrainingStep(epoch, step, steps, loss, gradientNorm));
    }

    @Override
    public void epochDone(int epoch, double seconds, double loss, double metric, boolean best) {
        TrainingEpoch event = new TrainingEpoch(epoch, start.epochs(), seconds, loss, metric, best);
        epochs.add(event);
        listener.onEpoch(event);
    }

    /**
     * Publishes the end of a run that did not fail.
     *
     * @param bestEpoch number of the epoch whose state is kept, from 1
     */
    public TrainingHistory finish(int bestEpoch) {
        TrainingHistory history = new TrainingHistory(start, epochs, bestEpoch);
        listener.onEnd(history);
        return history;
    }
}
