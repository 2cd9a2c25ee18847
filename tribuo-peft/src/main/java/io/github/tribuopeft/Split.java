package io.github.tribuopeft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tribuo.util.Util;

/**
 * Training examples, and the examples that choose the best epoch.
 *
 * @param training the training examples, never empty
 * @param development the development examples; empty without a development set
 */
record Split<E>(List<E> training, List<E> development) {

    private static final String ALTERNATIVES = "give a development set, or set developmentFraction to 0";

    /**
     * Holds out a fraction of the examples of each stratum. Both parts contain every label, even where the fraction of
     * a small stratum rounds to no example.
     *
     * @param fraction the fraction, [0, 1); 0 holds out no example
     * @throws IllegalArgumentException if a label has too few examples for both parts; the message names it
     */
    static <E> Split<E> holdOut(
            List<E> examples, TrainingTask<E, ?, ?> task, double fraction, SplittableRandom random) {
        Map<String, List<E>> strata = new TreeMap<>();
        for (E example : examples) {
            strata.computeIfAbsent(task.stratum(example), name -> new ArrayList<>())
                    .add(example);
        }
        List<E> training = new ArrayList<>();
        List<E> development = new ArrayList<>();
        for (List<E> stratum : strata.values()) {
            int held = Math.min(stratum.size() - 1, (int) Math.round(fraction * stratum.size()));
            int[] order = Util.randperm(stratum.size(), random);
            for (int i = 0; i < order.length; i++) {
                (i < held ? development : training).add(stratum.get(order[i]));
            }
        }
        if (fraction > 0) {
            new Completion<>(task, training, development).addMissingLabels(fraction);
        }
        return new Split<>(training, development);
    }

    /** Moves examples from a training set to a development set until the latter contains every label. */
    private record Completion<E>(TrainingTask<E, ?, ?> task, List<E> training, List<E> development) {

        void addMissingLabels(double fraction) {
            Map<String, Integer> inTraining = counts(training);
            Map<String, Integer> inDevelopment = counts(development);
            for (String label : new TreeSet<>(inTraining.keySet())) {
                if (!inDevelopment.containsKey(label)) {
                    int index = IntStream.range(0, training.size())
                            .filter(i -> task.labels(training.get(i)).contains(label)
                                    && task.labels(training.get(i)).stream().allMatch(own -> inTraining.get(own) > 1))
                            .findFirst()
                            .orElseThrow(() -> tooFew(label, inTraining.get(label), fraction));
                    E example = training.remove(index);
                    development.add(example);
                    task.labels(example).forEach(own -> {
                        inTraining.merge(own, -1, Integer::sum);
                        inDevelopment.merge(own, 1, Integer::sum);
                    });
                }
            }
            if (development.isEmpty()) {
                throw new IllegalArgumentException("developmentFraction " + fraction + " of " + training.size()
                        + " examples holds out none of them. Use a larger fraction, " + ALTERNATIVES);
            }
        }

        private Map<String, Integer> counts(List<E> examples) {
            Map<String, Integer> counts = new HashMap<>();
            examples.forEach(example -> task.labels(example).forEach(label -> counts.merge(label, 1, Integer::sum)));
            return counts;
        }

        private IllegalArgumentException tooFew(String label, int count, double fraction) {
            return new IllegalArgumentException("developmentFraction " + fraction + " cannot hold out "
                    + task.describe(label) + ": the data has " + count + (count == 1 ? " example" : " examples")
                    + " of it, and training and development set need at least one each"
                    + (count == 1 ? "" : " that no other rare label shares") + ". Add examples of it, " + ALTERNATIVES);
        }
    }
}
