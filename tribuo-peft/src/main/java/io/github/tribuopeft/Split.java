package io.github.tribuopeft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.tribuo.util.Util;

/**
 * Examples to learn from, and examples to choose the best epoch on.
 *
 * @param training never empty
 * @param development empty if there is nothing to choose by
 */
record Split<E>(List<E> training, List<E> development) {

    /**
     * Holds out a share of the examples of every stratum, and leaves one at least of each for training.
     *
     * @param stratum what is to be kept in proportion
     * @param share at least 0, below 1
     */
    static <E> Split<E> holdOut(List<E> examples, Function<E, String> stratum, double share, SplittableRandom random) {
        Map<String, List<E>> strata = new TreeMap<>();
        for (E example : examples) {
            strata.computeIfAbsent(stratum.apply(example), name -> new ArrayList<>())
                    .add(example);
        }
        List<E> training = new ArrayList<>();
        List<E> development = new ArrayList<>();
        for (List<E> group : strata.values()) {
            int held = Math.min(group.size() - 1, (int) Math.round(share * group.size()));
            int[] order = Util.randperm(group.size(), random);
            for (int i = 0; i < order.length; i++) {
                (i < held ? development : training).add(group.get(order[i]));
            }
        }
        return new Split<>(training, development);
    }
}
