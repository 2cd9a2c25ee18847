package io.github.tribuopeft.evaluation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Guarantees that each stratum with at least as many examples as there are parts occurs in every part. Such a stratum
 * is required. If a required stratum is missing in a part, one of its examples is swapped with an example of the part.
 * A swap must not remove another required stratum from a part; of the remaining swaps, the one with the smallest sum of
 * squared differences from the parts' shares is chosen.
 *
 * <p>If each example has one stratum, swaps are found whenever an assignment with the guarantee exists.
 */
final class StratumCoverage {

    private final List<Map<String, Integer>> examples;
    private final PartSizes sizes;
    private final Map<String, Integer> strata = new TreeMap<>(); // number of examples by stratum
    private final Map<String, int[]> members = new HashMap<>(); // number of examples by stratum and part
    private final Map<String, double[]> excess = new HashMap<>(); // occurrences minus share by stratum and part

    /**
     * Creates the check.
     *
     * @param examples occurrences of strata in each example
     */
    StratumCoverage(List<Map<String, Integer>> examples, PartSizes sizes) {
        this.examples = examples;
        this.sizes = sizes;
        examples.forEach(counts -> counts.keySet().forEach(stratum -> strata.merge(stratum, 1, Integer::sum)));
    }

    /**
     * Checks that each stratum has at least as many examples as there are parts.
     *
     * @throws IllegalArgumentException if a stratum has fewer
     */
    void requireEnoughExamples() {
        String rare = strata.entrySet().stream()
                .filter(entry -> entry.getValue() < sizes.count())
                .map(entry -> "'" + entry.getKey() + "' (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
        if (!rare.isEmpty()) {
            throw new IllegalArgumentException("Each stratum needs at least " + sizes.count()
                    + " examples, one for each part; strata with fewer examples: " + rare);
        }
    }

    /**
     * Swaps examples until each stratum with enough examples occurs in every part.
     *
     * @param part part of each example; changed in place
     * @throws IllegalArgumentException if a part is too small
     */
    void complete(int[] part) {
        count(part);
        strata.entrySet().stream()
                .filter(entry -> required(entry.getKey()))
                .sorted(Map.Entry.comparingByValue())
                .forEach(entry -> IntStream.range(0, sizes.count())
                        .filter(p -> members.get(entry.getKey())[p] == 0)
                        .forEach(p -> add(entry.getKey(), p, part)));
    }

    private void count(int[] part) {
        Map<String, Integer> occurrences = new HashMap<>();
        examples.forEach(counts -> counts.forEach((stratum, n) -> occurrences.merge(stratum, n, Integer::sum)));
        occurrences.forEach((stratum, n) -> {
            double[] deficit = sizes.share(n);
            for (int p = 0; p < deficit.length; p++) {
                deficit[p] = -deficit[p];
            }
            excess.put(stratum, deficit);
            members.put(stratum, new int[sizes.count()]);
        });
        for (int i = 0; i < part.length; i++) {
            move(i, 1, part[i]);
        }
    }

    /** Adds an example to the counts of a part, or removes it if {@code sign} is -1. */
    private void move(int example, int sign, int part) {
        examples.get(example).forEach((stratum, n) -> {
            members.get(stratum)[part] += sign;
            excess.get(stratum)[part] += sign * n;
        });
    }

    private boolean required(String stratum) {
        return strata.get(stratum) >= sizes.count();
    }

    /**
     * Exchange of two examples between parts.
     *
     * @param in example that moves into the part
     * @param out example that moves out of the part
     */
    private record Swap(int in, int out) {}

    /** Moves an example of a stratum into a part by the best swap. */
    private void add(String stratum, int to, int[] part) {
        int[] outgoing =
                IntStream.range(0, part.length).filter(i -> part[i] == to).toArray();
        Swap best = IntStream.range(0, part.length)
                .filter(i -> examples.get(i).containsKey(stratum))
                .boxed()
                .flatMap(in -> IntStream.of(outgoing).mapToObj(out -> new Swap(in, out)))
                .filter(swap -> keeps(swap.in(), swap.out(), part[swap.in()]) && keeps(swap.out(), swap.in(), to))
                .min(Comparator.comparingDouble(swap -> change(swap, part[swap.in()], to)))
                .orElseThrow(() -> new IllegalArgumentException("Stratum '" + stratum + "' occurs in "
                        + strata.get(stratum) + " examples, but part " + (to + 1) + " of " + sizes.count()
                        + " is too small to contain one of them: its size is " + sizes.of(to) + ", and "
                        + strata.keySet().stream().filter(this::required).count()
                        + " strata must occur in it; use larger parts or fewer folds"));
        int from = part[best.in()];
        move(best.in(), -1, from);
        move(best.out(), -1, to);
        move(best.in(), 1, to);
        move(best.out(), 1, from);
        part[best.in()] = to;
        part[best.out()] = from;
    }

    /** Returns whether a part still contains its required strata after {@code replacement} replaces an example. */
    private boolean keeps(int example, int replacement, int part) {
        return examples.get(example).keySet().stream()
                .filter(this::required)
                .allMatch(stratum -> members.get(stratum)[part] > 1
                        || examples.get(replacement).containsKey(stratum));
    }

    /** Returns the change of the sum of squared excesses. */
    private double change(Swap swap, int from, int to) {
        Map<String, Integer> in = examples.get(swap.in());
        Map<String, Integer> out = examples.get(swap.out());
        Set<String> touched = new HashSet<>(in.keySet());
        touched.addAll(out.keySet());
        return touched.stream()
                .mapToDouble(stratum -> {
                    double gain = in.getOrDefault(stratum, 0) - out.getOrDefault(stratum, 0);
                    double[] now = excess.get(stratum);
                    return 2 * gain * (gain + now[to] - now[from]);
                })
                .sum();
    }
}
