package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import java.util.List;
import java.util.Optional;

/**
 * Record of a training run.
 *
 * @param start the method, the data and the size of the run
 * @param epochs the completed epochs in order
 * @param bestEpoch number of the epoch whose parameters the model has, from 1; {@code epochs.size() + 1} if these are
 *     the parameters of an incomplete epoch
 * @param end the reason why the run ended
 */
public record TrainingHistory(TrainingStart start, List<TrainingEpoch> epochs, int bestEpoch, TrainingEnd end) {

    public TrainingHistory {
        epochs = List.copyOf(epochs);
    }

    /**
     * Returns the development score of the chosen epoch; empty without a development set or if the epoch is incomplete.
     */
    public Optional<DevelopmentScore> bestScore() {
        return epochs.stream()
                .filter(epoch -> epoch.epoch() == bestEpoch)
                .findFirst()
                .flatMap(epoch -> DevelopmentScore.of(start, epoch));
    }

    /** Returns the training time of the completed epochs in seconds, without the evaluation of the development set. */
    public double seconds() {
        return epochs.stream().mapToDouble(TrainingEpoch::seconds).sum();
    }

    /** Returns the number of training examples per second in the completed epochs. */
    public double examplesPerSecond() {
        return epochs.size() * (double) start.examples() / seconds();
    }
}
