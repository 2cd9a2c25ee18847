package io.github.tribuopeft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tribuo.util.Util;

/**
 * Training examples, and the examples that choose the best epoch.
 *
 * @param training the training examples, never empty
 * @param development the development examples; empty without a development set
 */
record Split<E>(List<E> training, List<E> development) {

    private static final Logger LOGGER = Logger.getLogger(Split.class.getName());

    /** Number of labels that a warning names. */
    private static final int MAX_NAMES = 5;

    /**
     * Holds out a fraction of the examples of each stratum. Both parts contain every label, even where the fraction of
     * a small stratum rounds to no example. A label with too few examples for both parts stays in the training part, and
     * a warning is logged.
     *
     * @param fraction the fraction, [0, 1); 0 holds out no example
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

    /** Moves examples from a training set to a development set until the latter contains every label that it can. */
    private record Completion<E>(TrainingTask<E, ?, ?> task, List<E> training, List<E> development) {

        void addMissingLabels(double fraction) {
            Map<String, Integer> inTraining = counts(training);
            Map<String, Integer> inDevelopment = counts(development);
            List<String> tooRare = new ArrayList<>();
            for (String label : new TreeSet<>(inTraining.keySet())) {
                if (inDevelopment.containsKey(label)) {
                    continue;
                }
                OptionalInt index = IntStream.range(0, training.size())
                        .filter(i -> task.labels(training.get(i)).contains(label)
                                && task.labels(training.get(i)).stream().allMatch(own -> inTraining.get(own) > 1))
                        .findFirst();
                if (index.isEmpty()) {
                    tooRare.add(label);
                    continue;
                }
                E example = training.remove(index.getAsInt());
                development.add(example);
                task.labels(example).forEach(own -> {
                    inTraining.merge(own, -1, Integer::sum);
                    inDevelopment.merge(own, 1, Integer::sum);
                });
            }
            warn(tooRare, fraction);
        }

        private void warn(List<String> tooRare, double fraction) {
            if (development.isEmpty()) {
                LOGGER.warning("No example can be held out of " + training.size() + " with developmentFraction "
                        + fraction + ", so the last epoch is kept. Give a development set, more examples or a larger"
                        + " fraction to choose the best epoch");
            } else if (!tooRare.isEmpty()) {
                LOGGER.warning("The development set, which chooses the best epoch, lacks "
                        + tooRare.stream().limit(MAX_NAMES).map(task::describe).collect(Collectors.joining(", "))
                        + (tooRare.size() > MAX_NAMES ? " and " + (tooRare.size() - MAX_NAMES) + " more" : "")
                        + ": too few examples, which are all in the training set. Add examples, or give a development"
                        + " set");
            }
        }

        private Map<String, Integer> counts(List<E> examples) {
            Map<String, Integer> counts = new HashMap<>();
            examples.forEach(example -> task.labels(example).forEach(label -> counts.merge(label, 1, Integer::sum)));
            return counts;
        }
    }
}
