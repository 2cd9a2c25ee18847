package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Paired permutation test of two systems on the same test items, also known as approximate randomization (Noreen,
 * Computer-Intensive Methods for Testing Hypotheses, 1989; Yeh 2000, COLING). Under the null hypothesis the outputs of
 * the systems for an item are exchangeable, so each permutation swaps them for a random half of the items.
 *
 * <p>As in {@link Bootstrap}, each item has counts, and the metric is a function of the summed counts. For systems
 * trained with several seeds, the counts of an item contain those of each seed, and all are swapped together.
 *
 * @param permutations number of permutations, at least 100
 * @param seed seed; equal seeds give equal results
 */
public record Permutation(int permutations, long seed) {

    /**
     * Creates a test.
     *
     * @throws IllegalArgumentException if a setting is out of range
     */
    public Permutation {
        Check.that(permutations >= 100, "The number of permutations must be at least 100, but is " + permutations);
    }

    /** Creates a test with 10,000 permutations. */
    public Permutation(long seed) {
        this(10_000, seed);
    }

    /**
     * Tests the difference of two systems.
     *
     * <p>The two-sided p-value is the share of permutations whose difference is at least as far from zero as the
     * observed one, which counts as an additional permutation (Phipson and Smyth 2010).
     *
     * @param first counts of each item of the first system, [items, counts]
     * @param second counts of each item of the second system, in the same order of items
     * @param metric metric of the summed counts
     * @throws IllegalArgumentException if the systems have different numbers of items or counts, if the items are empty,
     *     or if a count is not finite
     */
    public TestResult test(double[][] first, double[][] second, ToDoubleFunction<double[]> metric) {
        Check.table("Counts of the first system", first);
        Check.table("Counts of the second system", second);
        Check.sameLength("Items of the two systems", first.length, second.length);
        Check.sameLength("Counts of the two systems", first[0].length, second[0].length);
        double[] a = sum(first);
        double[] b = sum(second);
        double observed = metric.applyAsDouble(a) - metric.applyAsDouble(b);
        double threshold = Math.abs(observed) - Ranks.tolerance(metric.applyAsDouble(a), metric.applyAsDouble(b));
        double[][] differences = differences(first, second);
        SplittableRandom random = new SplittableRandom(seed);
        int extreme = 0;
        for (int i = 0; i < permutations; i++) {
            double[] moved = swapped(differences, a.length, random);
            double[] one = a.clone();
            double[] other = b.clone();
            for (int j = 0; j < moved.length; j++) {
                one[j] += moved[j];
                other[j] -= moved[j];
            }
            extreme += Math.abs(metric.applyAsDouble(one) - metric.applyAsDouble(other)) >= threshold ? 1 : 0;
        }
        return new TestResult(
                "paired permutation test",
                first.length,
                "items",
                observed,
                (extreme + 1.0) / (permutations + 1.0),
                "The test covers other items of the same kind; it does not cover other training data.");
    }

    /** Returns what swapping adds to the first system, for each item on which the systems differ. */
    private static double[][] differences(double[][] first, double[][] second) {
        return IntStream.range(0, first.length)
                .filter(i -> !Arrays.equals(first[i], second[i]))
                .mapToObj(i -> {
                    double[] difference = second[i].clone();
                    for (int j = 0; j < difference.length; j++) {
                        difference[j] -= first[i][j];
                    }
                    return difference;
                })
                .toArray(double[][]::new);
    }

    /** Returns the sum of the differences of a random half of the items. */
    private static double[] swapped(double[][] differences, int width, SplittableRandom random) {
        double[] moved = new double[width];
        long bits = 0;
        for (int i = 0; i < differences.length; i++) {
            if (i % Long.SIZE == 0) {
                bits = random.nextLong();
            }
            if ((bits & 1) == 1) {
                for (int j = 0; j < width; j++) {
                    moved[j] += differences[i][j];
                }
            }
            bits >>>= 1;
        }
        return moved;
    }

    private static double[] sum(double[][] rows) {
        double[] totals = new double[rows[0].length];
        for (double[] row : rows) {
            for (int j = 0; j < totals.length; j++) {
                totals[j] += row[j];
            }
        }
        return totals;
    }
}
