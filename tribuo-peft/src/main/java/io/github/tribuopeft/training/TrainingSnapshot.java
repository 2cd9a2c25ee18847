package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.util.List;
import java.util.Optional;

/**
 * State of a training run between two steps. A run that resumes from a snapshot computes bitwise the same parameters as
 * a run that was never stopped. The order of the examples, the dropout masks and the learning rates are not part of a
 * snapshot, since they depend only on the seed and the number of steps.
 *
 * @param state the current parameters, AdamW's averages and its number of steps
 * @param epochs the completed epochs, in order
 * @param steps number of completed steps of the epoch in progress, not negative; all steps of the epoch if it is not
 *     yet evaluated on the development set
 * @param lossSum sum of the losses of the rows in these steps
 * @param rows number of rows in these steps, at least 0
 * @param seconds training time of these steps
 * @param best the best epoch so far; empty before the first evaluation on the development set
 */
public record TrainingSnapshot(
        TrainingState state,
        List<TrainingEpoch> epochs,
        long steps,
        double lossSum,
        long rows,
        double seconds,
        Optional<BestEpoch> best) {

    /**
     * @throws IllegalArgumentException if a number is negative, the epochs are not numbered from 1, or the best epoch
     *     is not one of them
     */
    public TrainingSnapshot {
        epochs = List.copyOf(epochs);
        if (steps < 0 || rows < 0 || !(seconds >= 0)) {
            throw new IllegalArgumentException("The numbers of a training snapshot must not be negative, but are "
                    + steps + " steps, " + rows + " rows and " + seconds + " seconds");
        }
        for (int i = 0; i < epochs.size(); i++) {
            if (epochs.get(i).epoch() != i + 1) {
                throw new IllegalArgumentException("Epoch " + (i + 1) + " of a training snapshot has the number "
                        + epochs.get(i).epoch());
            }
        }
        if (best.isPresent() && (best.get().epoch() < 1 || best.get().epoch() > epochs.size())) {
            throw new IllegalArgumentException("The best epoch of a training snapshot is "
                    + best.get().epoch() + "; expected one of the " + epochs.size() + " completed epochs");
        }
    }

    /**
     * Checks that a run can resume from this snapshot.
     *
     * @param plan the configuration of the run
     * @param initial the state before the first step of the run
     * @throws IllegalArgumentException if the numbers of epochs and steps or the shapes of the tensors do not fit the
     *     run
     */
    public void requireFits(TrainingPlan plan, TrainingState initial) {
        long done = epochs.size() * plan.stepsPerEpoch() + steps;
        if (epochs.size() > plan.options().epochs()
                || steps > plan.stepsPerEpoch()
                || steps > 0 && epochs.size() == plan.options().epochs()
                || state.epochs() != initial.epochs() + epochs.size()
                || state.steps() != initial.steps() + done) {
            throw new IllegalArgumentException("A checkpoint after " + epochs.size() + " epochs and " + steps
                    + " steps, of which AdamW took " + state.steps() + ", does not fit a training run of "
                    + plan.options().epochs() + " epochs of " + plan.stepsPerEpoch() + " steps after "
                    + initial.steps());
        }
        requireSameShapes(state.parameters(), initial.parameters());
        best.ifPresent(epoch -> requireSameShapes(epoch.parameters(), initial.parameters()));
    }

    private static void requireSameShapes(ParameterSet found, ParameterSet expected) {
        if (!found.shapes().equals(expected.shapes())) {
            throw new IllegalArgumentException(
                    "A checkpoint has the tensors " + found.shapes() + ", but the training has " + expected.shapes());
        }
    }

    /** Returns the number of values in all tensors. */
    public long size() {
        return state.size()
                + best.map(epoch -> epoch.parameters().size()
                                + epoch.state().map(TrainingState::size).orElse(0L))
                        .orElse(0L);
    }
}
