package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import java.util.List;
import java.util.Optional;

/**
 * Record of a training run.
 *
 * @param start the run
 * @param epochs its completed epochs in order
 * @param bestEpoch number of the epoch whose state was kept, from 1; the one after {@code epochs} if the run was stopped
 *     in it
 * @param end the reason why the run ended
 */
public record TrainingHistory(TrainingStart start, List<TrainingEpoch> epochs, int bestEpoch, TrainingEnd end) {

    public TrainingHistory {
        epochs = List.copyOf(epochs);
    }

    /** Returns the development score of the chosen epoch; empty without a development set or if that epoch is incomplete. */
    public Optional<DevelopmentScore> bestScore() {
        return epochs.stream()
                .filter(epoch -> epoch.epoch() == bestEpoch)
                .findFirst()
                .flatMap(epoch -> DevelopmentScore.of(start, epoch));
    }

    /** Returns the training time in seconds, without the development set. */
    public double seconds() {
        return epochs.stream().mapToDouble(TrainingEpoch::seconds).sum();
    }

    /** Returns the number of training examples per second over all epochs. */
    public double examplesPerSecond() {
        return epochs.size() * (double) start.examples() / seconds();
    }
}
