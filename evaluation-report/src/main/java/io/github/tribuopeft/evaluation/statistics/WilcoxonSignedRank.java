package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Wilcoxon's signed-rank test of pairs, such as two methods on the same seeds or data sets.
 *
 * <p>Follows Demšar 2006 (JMLR 7, section 3.1.3): the ranks of pairs without a difference are split evenly between both sides, and of an odd
 * number of such pairs one is ignored; the statistic T is the smaller of the two sums of ranks. The p-value is that of all ways to give the
 * ranks a sign, also with ties; of more than {@value #MOST_FOR_EXACT} pairs it is that of the normal distribution with the same mean and
 * variance. Commons Math's test counts pairs without a difference for one side, so that its p-value depends on the order of the systems.
 */
public final class WilcoxonSignedRank {

    private static final int MOST_FOR_EXACT = 50;

    private WilcoxonSignedRank() {}

    /**
     * Compares pairs.
     *
     * @param first the first system's figures
     * @param second the second system's figures on the same seeds or data sets, in the same order
     * @return n is the number of pairs; p is 1 where none differs
     * @throws IllegalArgumentException if the lengths differ or are 0, or a figure is not finite
     */
    public static TestResult test(double[] first, double[] second) {
        Check.finite("Figures of the first system", first);
        Check.finite("Figures of the second system", second);
        Check.sameLength("Figures of the two systems", first.length, second.length);
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
        boolean exact = ranks.length <= MOST_FOR_EXACT;
        double tail = exact ? exactTail(signed, smaller) : normalTail(signed, smaller);
        return new TestResult(
                "Wilcoxon signed-rank test, " + (exact ? "exact" : "normal approximation"),
                first.length,
                "pairs",
                smaller + zeros / 2,
                Math.min(1, 2 * tail),
                new SignSample(signed.length)
                        .caution("It says which one tends to be better over such pairs, not by how much,"
                                + " and nothing about what the pairs have in common."));
    }

    /** Without one of the zeros if their number is odd. */
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

    /** The probability that the ranks of one sign sum to at most {@code sum}. Halves are the smallest step of a rank. */
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
