package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Position of a training run: its completed epochs, its best epoch, and the steps of the epoch in progress. */
final class TrainingProgress {

    private final TrainingPlan plan;
    private final List<TrainingEpoch> epochs = new ArrayList<>();
    private BestEpoch best;
    private long steps;
    private double lossSum;
    private long rows;
    private double seconds;

    /** Starts at a snapshot, or at the first step. */
    TrainingProgress(TrainingPlan plan, Optional<TrainingSnapshot> resumed) {
        this.plan = plan;
        resumed.ifPresent(from -> {
            epochs.addAll(from.epochs());
            best = from.best().orElse(null);
            steps = from.steps();
            lossSum = from.lossSum();
            rows = from.rows();
            seconds = from.seconds();
        });
    }

    /** Returns the number of completed epochs. */
    int completedEpochs() {
        return epochs.size();
    }

    /** Returns the number of the epoch in progress, from 1. */
    int epoch() {
        return epochs.size() + 1;
    }

    /** Returns the number of steps in the epoch in progress. */
    long steps() {
        return steps;
    }

    /** Returns the number of steps in all epochs so far. */
    long totalSteps() {
        return epochs.size() * plan.stepsPerEpoch() + steps;
    }

    /** Returns whether all epochs are complete or the patience is exhausted. */
    boolean isComplete() {
        int patience = plan.options().patience();
        return epochs.size() == plan.options().epochs()
                || patience > 0 && best != null && epochs.size() - best.epoch() >= patience;
    }

    /** Returns the best epoch so far; empty without a development set. */
    Optional<BestEpoch> best() {
        return Optional.ofNullable(best);
    }

    /** Adds time that was spent before the steps of the current epoch. */
    void addSeconds(double preparation) {
        seconds += preparation;
    }

    /** Adds a step with the mean loss of its rows. */
    void addStep(double loss, long stepRows, double stepSeconds) {
        steps++;
        lossSum += loss * stepRows;
        rows += stepRows;
        seconds += stepSeconds;
    }

    /** Returns whether a metric is better than that of the best epoch so far. */
    boolean isBetter(double metric) {
        return best == null || metric > best.metric();
    }

    /** Makes the epoch in progress the best one. */
    void setBest(double metric, ParameterSet parameters, Optional<TrainingState> state) {
        best = new BestEpoch(epoch(), Double.isNaN(metric) ? Double.NEGATIVE_INFINITY : metric, parameters, state);
    }

    /** Completes the epoch in progress and returns it. */
    TrainingEpoch completeEpoch(double metric, boolean better) {
        TrainingEpoch done =
                new TrainingEpoch(epoch(), plan.options().epochs(), seconds, lossSum / rows, metric, better);
        epochs.add(done);
        steps = 0;
        lossSum = 0;
        rows = 0;
        seconds = 0;
        return done;
    }

    /** Returns the number of the epoch that the current parameters belong to, from 1. */
    int currentEpoch() {
        return steps == 0 && !epochs.isEmpty() ? epochs.size() : epoch();
    }

    TrainingSnapshot snapshot(TrainingState state) {
        return new TrainingSnapshot(state, epochs, steps, lossSum, rows, seconds, best());
    }
}
