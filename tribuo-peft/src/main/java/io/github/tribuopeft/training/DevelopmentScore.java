package io.github.tribuopeft.training;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import java.util.Locale;
import java.util.Optional;

/**
 * The development metric of an epoch under the name and with the sign that users know.
 *
 * <p>The metric that chooses an epoch is higher for a better model. An error is therefore recorded as its negated value
 * with the prefix {@value #NEGATED} before its name; this record contains the error itself.
 *
 * @param name name of the metric, such as {@code accuracy} or {@code rmse}
 * @param value value of the metric
 */
public record DevelopmentScore(String name, double value) {

    /** Prefix of the recorded names of negated errors. */
    public static final String NEGATED = "negative-";

    /**
     * Returns the score of an epoch.
     *
     * @param start the run
     * @param epoch one of its epochs
     * @return the score, or empty if no development set was scored
     */
    public static Optional<DevelopmentScore> of(TrainingStart start, TrainingEpoch epoch) {
        double value = epoch.developmentMetric();
        if (!Double.isFinite(value)) {
            return Optional.empty();
        }
        String name = start.metric();
        return Optional.of(
                name.startsWith(NEGATED)
                        ? new DevelopmentScore(name.substring(NEGATED.length()), -value)
                        : new DevelopmentScore(name, value));
    }

    /** Returns the name and the value, such as {@code accuracy 0.9534}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.4f", name, value);
    }
}
