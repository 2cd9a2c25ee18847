package io.github.tribuopeft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.util.Util;

/**
 * Examples to learn from, and examples to choose the best epoch on.
 *
 * @param training never empty
 * @param development empty if there is nothing to choose by
 */
record Split<T extends Output<T>>(List<Example<T>> training, List<Example<T>> development) {

    /**
     * Takes the development set that is given, or holds out a share of the examples of every output.
     *
     * @param given null if none is given
     */
    static <T extends Output<T>> Split<T> of(
            Dataset<T> examples, Dataset<T> given, double share, SplittableRandom random) {
        if (given != null) {
            return new Split<>(list(examples), list(given));
        }
        Map<String, List<Example<T>>> byOutput = new TreeMap<>();
        for (Example<T> example : examples) {
            byOutput.computeIfAbsent(example.getOutput().toString(), name -> new ArrayList<>())
                    .add(example);
        }
        List<Example<T>> training = new ArrayList<>();
        List<Example<T>> development = new ArrayList<>();
        for (List<Example<T>> group : byOutput.values()) {
            // one of each output stays for training at least
            int held = Math.min(group.size() - 1, (int) Math.round(share * group.size()));
            int[] order = Util.randperm(group.size(), random);
            for (int i = 0; i < order.length; i++) {
                (i < held ? development : training).add(group.get(order[i]));
            }
        }
        return new Split<>(training, development);
    }

    private static <T extends Output<T>> List<Example<T>> list(Dataset<T> examples) {
        List<Example<T>> list = new ArrayList<>();
        examples.forEach(list::add);
        return list;
    }
}
