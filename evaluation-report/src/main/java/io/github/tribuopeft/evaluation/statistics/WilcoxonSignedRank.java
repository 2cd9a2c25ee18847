package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Wilcoxon signed-rank test of pairs, such as two methods on the same seeds or datasets.
 *
 * <p>Follows Demšar 2006 (JMLR 7, section 3.1.3): the ranks of pairs without a difference are divided evenly between
 * both sums, and one such pair is ignored if their number is odd. The statistic T is the smaller of the two sums of
 * ranks. The p-value is exact, over all signs of the ranks, with and without ties. For more than
 * {@value #MAX_FOR_EXACT} pairs it is that of the normal distribution with the same mean and variance. Commons Math's
 * test adds pairs without a difference to one sum, so its p-value depends on the order of the systems.
 */
public final class WilcoxonSignedRank {

    private static final int MAX_FOR_EXACT = 50;

    private WilcoxonSignedRank() {}

    /**
     * Tests pairs of scores.
     *
     * @param first scores of the first system
     * @param second scores of the second system on the same seeds or datasets, in the same order
     * @return result whose n is the number of pairs; its p-value is 1 if no pair differs
     * @throws IllegalArgumentException if the lengths differ or are 0, or a score is not finite
     */
    public static TestResult test(double[] first, double[] second) {
        Check.finite("Scores of the first system", first);
        Check.finite("Scores of the second system", second);
        Check.sameLength("Scores of the two systems", first.length, second.length);
        double tolerance = Math.max(Ranks.tolerance(first), Ranks.tolerance(second));
        double[] differences = evenZeros(IntStream.range(0, first.length)
                .mapToDouble(i -> first[i] - second[i])
                .map(difference -> Math.abs(difference) <= tolerance ? 0 : difference)
                .toArray());
        double[] ranks =
                Ranks.ascending(Arrays.stream(differences).map(Math::abs).toArray(), tolerance);

        double zeros = sum(differences, ranks, 0);
        double positive = sum(differences, ranks, 1);
        double negative = sum(differences, ranks, -1);
        double smaller = Math.min(positive, negative);
        double[] signed = IntStream.range(0, ranks.length)
                .filter(i -> differences[i] != 0)
                .mapToDouble(i -> ranks[i])
                .toArray();
        boolean exact = ranks.length <= MAX_FOR_EXACT;
        double tail = exact ? exactTail(signed, smaller) : normalTail(signed, smaller);
        return new TestResult(
                "Wilcoxon signed-rank test, " + (exact ? "exact" : "normal approximation"),
                first.length,
                "pairs",
                smaller + zeros / 2,
                Math.min(1, 2 * tail),
                new SignSample(signed.length)
                        .caution(
                                "The test does not measure the size of the difference, and it does not cover seeds or data"
                                        + " outside the pairs."));
    }

    /** Removes one of the zeros if their number is odd. */
    private static double[] evenZeros(double[] differences) {
        int[] zeros = IntStream.range(0, differences.length)
                .filter(i -> differences[i] == 0)
                .toArray();
        int ignored = zeros.length % 2 == 0 ? -1 : zeros[0];
        return IntStream.range(0, differences.length)
                .filter(i -> i != ignored)
                .mapToDouble(i -> differences[i])
                .toArray();
    }

    private static double sum(double[] differences, double[] ranks, int sign) {
        return IntStream.range(0, ranks.length)
                .filter(i -> Math.signum(differences[i]) == sign)
                .mapToDouble(i -> ranks[i])
                .sum();
    }

    /** Returns the probability that the ranks of one sign sum to at most {@code sum}. Ranks are multiples of 1/2. */
    private static double exactTail(double[] ranks, double sum) {
        double[] probability = new double[(int) (2 * Arrays.stream(ranks).sum()) + 1];
        probability[0] = 1;
        for (double rank : ranks) {
            int step = (int) (2 * rank);
            for (int s = probability.length - 1; s >= 0; s--) {
                probability[s] = (probability[s] + (s < step ? 0 : probability[s - step])) / 2;
            }
        }
        return Arrays.stream(probability, 0, (int) (2 * sum) + 1).sum();
    }

    private static double normalTail(double[] ranks, double sum) {
        double mean = Arrays.stream(ranks).sum() / 2;
        double deviation =
                Math.sqrt(Arrays.stream(ranks).map(rank -> rank * rank).sum() / 4);
        return deviation == 0 ? 1 : new NormalDistribution(null, 0, 1).cumulativeProbability((sum - mean) / deviation);
    }
}
