package io.github.tribuopeft.evaluation.comparison;

import java.util.List;
import java.util.Map;

/**
 * One finished training of a comparison, and all that a report needs of it.
 *
 * @param key which one
 * @param configuration SHA-256, lower-case hex, of everything that decides the outcome: by this a finished cell is recognized later
 * @param metrics quality on the test set by name, the headline metric first; between 0 and 1
 * @param costs what it took
 * @param epochs how the training went; empty where the trainer does not tell
 * @param predictions for each test item what was found: one label, or one tag for each word
 */
public record Cell(
        Key key,
        String configuration,
        Map<String, Double> metrics,
        Costs costs,
        List<Epoch> epochs,
        List<List<String>> predictions) {

    /**
     * A cell's place in a comparison.
     *
     * @param contestant the contestant's name
     * @param seed the seed of the training
     * @param trainingSize number of training examples
     */
    public record Key(String contestant, long seed, int trainingSize) {

        @Override
        public String toString() {
            return contestant + ", seed " + seed + ", " + trainingSize + " examples";
        }
    }

    /**
     * What a cell took. Figures that cannot be had are {@code NaN} or -1.
     *
     * @param trainableValues number of values that were trained, the head's included
     * @param storedValues number of values that the model keeps beside the shared backbone
     * @param modelBytes size of the model's file
     * @param trainSeconds seconds of training, without choosing the best epoch
     * @param predictSeconds seconds of predicting the test set
     * @param peakMemoryBytes largest resident size of the process during training; includes the shared backbone
     */
    public record Costs(
            long trainableValues,
            long storedValues,
            long modelBytes,
            double trainSeconds,
            double predictSeconds,
            long peakMemoryBytes) {}

    /**
     * One epoch of a training.
     *
     * @param number from 1
     * @param seconds time it took
     * @param loss mean training loss
     * @param developmentMetric metric on the development set; NaN without one
     * @param chosen whether the model is this epoch's state
     */
    public record Epoch(int number, double seconds, double loss, double developmentMetric, boolean chosen) {}
}
