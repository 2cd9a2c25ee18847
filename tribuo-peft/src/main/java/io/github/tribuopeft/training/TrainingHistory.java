package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import java.util.List;

/**
 * How a training went.
 *
 * @param start what was trained
 * @param epochs its epochs in order
 * @param bestEpoch number of the epoch whose state was kept, from 1
 */
public record TrainingHistory(TrainingStart start, List<TrainingEpoch> epochs, int bestEpoch) {

    public TrainingHistory {
        epochs = List.copyOf(epochs);
    }

    /** Seconds spent training, without development sets. */
    public double seconds() {
        return epochs.stream().mapToDouble(TrainingEpoch::seconds).sum();
    }

    /** Training examples a second, over all epochs. */
    public double examplesPerSecond() {
        return epochs.size() * (double) start.examples() / seconds();
    }
}
