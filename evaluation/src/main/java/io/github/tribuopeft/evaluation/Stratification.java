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
 * Assigns examples to parts by iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of
 * Multi-Label Data", ECML PKDD 2011), with two changes: a stratum counts as often as it occurs in an example, and the
 * sizes of the parts are exact.
 *
 * <ol>
 *   <li>The demand of a part for a stratum is its share of the occurrences.
 *   <li>The stratum with the fewest unassigned examples is next; ties are broken by name. Its examples are assigned in
 *       random order, those with the most occurrences first.
 *   <li>Each example goes to the part that has the highest demand for the stratum and is not full. Ties are broken by
 *       free capacity, then at random. The demand of the part for all strata of the example decreases.
 *   <li>Examples without strata fill the remaining capacity.
 * </ol>
 */
final class Stratification {

    private final List<Map<String, Integer>> examples;
    private final PartSizes sizes;
    private final int[] capacity;
    private final SplittableRandom random;
    private final int[] part;
    private final Map<String, double[]> demand = new HashMap<>();
    private final SortedMap<String, Integer> unassigned = new TreeMap<>(); // number of examples by stratum

    /**
     * Creates an assignment.
     *
     * @param examples occurrences of strata in each example
     */
    Stratification(List<Map<String, Integer>> examples, PartSizes sizes, long seed) {
        this.examples = examples;
        this.sizes = sizes;
        this.capacity = sizes.toArray();
        this.random = new SplittableRandom(seed);
        this.part = new int[examples.size()];
        Arrays.fill(part, -1);
    }

    /** Returns the part of each example. */
    int[] assign() {
        int[] order = Util.randperm(examples.size(), random);
        Map<String, List<Integer>> members = new HashMap<>();
        for (int i : order) {
            examples.get(i).keySet().forEach(stratum -> members.computeIfAbsent(stratum, s -> new ArrayList<>())
                    .add(i));
        }
        members.forEach((stratum, list) -> {
            demand.put(stratum, sizes.share(occurrences(stratum, list)));
            unassigned.put(stratum, list.size());
        });
        while (!unassigned.isEmpty()) {
            String rarest = unassigned.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
            members.get(rarest).stream()
                    .filter(i -> part[i] < 0)
                    .sorted(Comparator.comparingInt(i -> -examples.get(i).get(rarest)))
                    .forEach(i -> assign(i, demand.get(rarest)));
            unassigned.remove(rarest);
        }
        double[] noDemand = new double[capacity.length];
        for (int i : order) {
            if (part[i] < 0) {
                assign(i, noDemand);
            }
        }
        return part;
    }

    private int occurrences(String stratum, List<Integer> members) {
        return members.stream().mapToInt(i -> examples.get(i).get(stratum)).sum();
    }

    private void assign(int example, double[] demandForStratum) {
        int chosen = highestDemand(demandForStratum);
        part[example] = chosen;
        capacity[chosen]--;
        examples.get(example).forEach((stratum, count) -> {
            demand.get(stratum)[chosen] -= count;
            unassigned.computeIfPresent(stratum, (s, n) -> n - 1);
        });
    }

    private int highestDemand(double[] demandForStratum) {
        Comparator<Integer> byDemand =
                Comparator.<Integer>comparingDouble(p -> demandForStratum[p]).thenComparingInt(p -> capacity[p]);
        List<Integer> open = IntStream.range(0, capacity.length)
                .filter(p -> capacity[p] > 0)
                .boxed()
                .toList();
        Integer highest = Collections.max(open, byDemand);
        List<Integer> ties =
                open.stream().filter(p -> byDemand.compare(p, highest) == 0).toList();
        return ties.get(random.nextInt(ties.size()));
    }
}
