package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * Result of one training run in a comparison.
 *
 * @param key candidate, seed and training size
 * @param configuration SHA-256 of everything that determines the result, in lower-case hex; identifies finished cells
 * @param metrics test metrics by name, the headline metric first; each on its {@linkplain Scoring#scale scale}
 * @param costs time, memory and sizes
 * @param epochs epochs of the training run; empty if the trainer does not report them
 * @param predictions predictions for each test item: one label, one tag for each word, the labels, or the numbers
 */
public record Cell(
        Key key,
        String configuration,
        Map<String, Double> metrics,
        Costs costs,
        List<Epoch> epochs,
        List<List<String>> predictions) {

    /**
     * Identity of a cell in its comparison.
     *
     * @param candidate name of the candidate
     * @param seed seed of the training run
     * @param trainingSize number of training examples
     */
    public record Key(@JsonProperty("contestant") String candidate, long seed, int trainingSize) {

        /** Returns the key in words. It is part of the configuration hash, so it must not change. */
        @Override
        public String toString() {
            return candidate + ", seed " + seed + ", " + trainingSize + " examples";
        }
    }

    /**
     * Costs of a training run and its model. Unknown values are {@code NaN} or -1.
     *
     * @param trainableValues number of trained values, including those of the head
     * @param storedValues number of values in the model without the shared backbone
     * @param modelBytes size of the model's file in bytes
     * @param trainSeconds training time in seconds, without the evaluation of epochs
     * @param predictSeconds time to predict the test set in seconds
     * @param peakMemoryBytes peak resident size of a process that trained this model only, including the backbone; -1
     *     if other models were trained in the same process
     */
    public record Costs(
            long trainableValues,
            long storedValues,
            long modelBytes,
            double trainSeconds,
            double predictSeconds,
            long peakMemoryBytes) {}

    /**
     * Epoch of a training run.
     *
     * @param number number of the epoch, from 1
     * @param seconds duration in seconds
     * @param loss mean training loss
     * @param developmentMetric metric on the development set; NaN without one
     * @param chosen whether the model has the parameters of this epoch
     */
    public record Epoch(int number, double seconds, double loss, double developmentMetric, boolean chosen) {}
}
