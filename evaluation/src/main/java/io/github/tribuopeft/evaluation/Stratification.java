package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.tribuo.util.Util;

/**
 * Deals out examples to parts, so that each part gets its share of every stratum: the iterative stratification of Sechidis, Tsoumakas and
 * Vlahavas, "On the Stratification of Multi-Label Data" (ECML PKDD 2011), with two changes. Strata are counted as often as they occur in an
 * example, and the parts' sizes are kept exactly.
 *
 * <ol>
 *   <li>Every part wants of every stratum as much as its share of the examples.
 *   <li>Take the stratum that is left in the fewest examples (then by name), and its examples in a random order, but those with the most of it
 *       first.
 *   <li>Each goes to the part that still wants the most of this stratum and is not full; among equals to the one with the most room, then to a
 *       random one. The part now wants less of everything that the example holds.
 *   <li>When all strata are dealt out, the examples without any fill up what room is left.
 * </ol>
 *
 * <p>Rare strata come first because frequent ones can make up for what they upset. Equal seeds give equal parts.
 */
final class Stratification {

    private final List<Map<String, Integer>> examples;
    private final int[] room;
    private final SplittableRandom random;
    private final int[] part;
    private final Map<String, double[]> wanted = new HashMap<>();
    private final SortedMap<String, Integer> left = new TreeMap<>(); // examples of each stratum that are not placed

    private Stratification(List<Map<String, Integer>> examples, int[] sizes, long seed) {
        this.examples = examples;
        this.room = sizes.clone();
        this.random = new SplittableRandom(seed);
        this.part = new int[examples.size()];
        Arrays.fill(part, -1);
    }

    /**
     * Two parts.
     *
     * @param share of the first, between 0 and 1; both get one example at least
     * @return positions of the examples of each part, ascending
     * @throws IllegalArgumentException if the share is out of range or there are less than two examples
     */
    static <X> List<int[]> split(List<X> examples, Strata<X> strata, double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("The share for training must lie between 0 and 1, it is " + share);
        }
        int n = examples.size();
        if (n < 2) {
            throw new IllegalArgumentException("Too few examples to split: " + n);
        }
        int first = Math.min(n - 1, Math.max(1, (int) Math.round(share * n)));
        return parts(examples, strata, new int[] {first, n - first}, seed);
    }

    /**
     * Parts of equal sizes, give or take one.
     *
     * @return positions of the examples of each part, ascending
     * @throws IllegalArgumentException if there are less than two parts, or less examples than parts
     */
    static <X> List<int[]> folds(List<X> examples, Strata<X> strata, int folds, long seed) {
        int n = examples.size();
        if (folds < 2 || folds > n) {
            throw new IllegalArgumentException(
                    "The number of folds must lie between 2 and the number of examples, " + n + "; it is " + folds);
        }
        int[] sizes = IntStream.range(0, folds)
                .map(fold -> n / folds + (fold < n % folds ? 1 : 0))
                .toArray();
        return parts(examples, strata, sizes, seed);
    }

    private static <X> List<int[]> parts(List<X> examples, Strata<X> strata, int[] sizes, long seed) {
        List<Map<String, Integer>> counts =
                examples.stream().map(strata.counts()).toList();
        int[] part = new Stratification(counts, sizes, seed).deal();
        return IntStream.range(0, sizes.length)
                .mapToObj(p -> IntStream.range(0, part.length)
                        .filter(i -> part[i] == p)
                        .toArray())
                .toList();
    }

    /** The positions of all parts but one, ascending. */
    static int[] others(List<int[]> parts, int without) {
        return IntStream.range(0, parts.size())
                .filter(p -> p != without)
                .boxed()
                .flatMapToInt(p -> Arrays.stream(parts.get(p)))
                .sorted()
                .toArray();
    }

    private int[] deal() {
        int[] order = Util.randperm(examples.size(), random);
        Map<String, List<Integer>> members = new HashMap<>();
        for (int i : order) {
            examples.get(i).keySet().forEach(stratum -> members.computeIfAbsent(stratum, s -> new ArrayList<>())
                    .add(i));
        }
        members.forEach((stratum, list) -> {
            wanted.put(stratum, shares(stratum, list));
            left.put(stratum, list.size());
        });
        while (!left.isEmpty()) {
            String rarest = left.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
            members.get(rarest).stream()
                    .filter(i -> part[i] < 0)
                    .sorted(Comparator.comparingInt(i -> -examples.get(i).get(rarest)))
                    .forEach(i -> place(i, wanted.get(rarest)));
            left.remove(rarest);
        }
        double[] indifferent = new double[room.length];
        for (int i : order) {
            if (part[i] < 0) {
                place(i, indifferent);
            }
        }
        return part;
    }

    private double[] shares(String stratum, List<Integer> members) {
        int total = members.stream().mapToInt(i -> examples.get(i).get(stratum)).sum();
        return Arrays.stream(room)
                .mapToDouble(size -> (double) total * size / examples.size())
                .toArray();
    }

    private void place(int example, double[] wants) {
        int to = neediest(wants);
        part[example] = to;
        room[to]--;
        examples.get(example).forEach((stratum, count) -> {
            wanted.get(stratum)[to] -= count;
            left.computeIfPresent(stratum, (s, n) -> n - 1);
        });
    }

    private int neediest(double[] wants) {
        Comparator<Integer> need =
                Comparator.<Integer>comparingDouble(p -> wants[p]).thenComparingInt(p -> room[p]);
        List<Integer> open =
                IntStream.range(0, room.length).filter(p -> room[p] > 0).boxed().toList();
        Integer most = Collections.max(open, need);
        List<Integer> equals =
                open.stream().filter(p -> need.compare(p, most) == 0).toList();
        return equals.get(random.nextInt(equals.size()));
    }
}
