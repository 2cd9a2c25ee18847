package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Friedman test of k systems on N datasets, with Nemenyi's post-hoc test of all pairs (Demšar 2006, JMLR 7, section
 * 3.2). Tied scores share the mean of their ranks. Chi-square is not corrected for ties, so the test is conservative.
 *
 * <p>P-values are approximate and at least (k!)^(1 - N), the exact p-value if all datasets agree on the order.
 *
 * @param averageRanks mean rank of each system over the datasets, in [1, k]; 1 is the best
 * @param chiSquare Friedman's chi-square, with k - 1 degrees of freedom
 * @param imanDavenport F of Iman and Davenport, with k - 1 and (k - 1)(N - 1) degrees of freedom, the more accurate of
 *     the two; infinite if all datasets agree on the order
 * @param alpha significance level of the critical difference
 * @param criticalDifference smallest significant difference of average ranks in Nemenyi's test
 */
public record Friedman(
        List<Double> averageRanks,
        TestResult chiSquare,
        TestResult imanDavenport,
        double alpha,
        double criticalDifference) {

    /**
     * Tests scores; higher scores are better.
     *
     * @param scores score of each system on each dataset, [datasets, systems], at least two of both
     * @param alpha significance level of the critical difference, in (0, 1), such as 0.05
     * @throws IllegalArgumentException if there are fewer than two datasets or systems, if rows differ in length, if a
     *     score is not finite, or if alpha is out of range
     */
    public static Friedman of(double[][] scores, double alpha) {
        Check.table("Scores", scores);
        Check.probability("Alpha", alpha);
        int n = scores.length;
        int k = scores[0].length;
        Check.that(n >= 2, "The test needs at least 2 datasets, but there is " + n);
        Check.that(k >= 2, "The test needs at least 2 systems, but there is " + k);

        double[] ranks = new double[k];
        for (double[] row : scores) {
            double[] rowRanks =
                    Ranks.ascending(Arrays.stream(row).map(score -> -score).toArray(), Ranks.tolerance(row));
            for (int system = 0; system < k; system++) {
                ranks[system] += rowRanks[system] / n;
            }
        }
        double middle = (k + 1) / 2.0;
        double chiSquare = 12.0
                * n
                / (k * (k + 1.0))
                * Arrays.stream(ranks)
                        .map(rank -> (rank - middle) * (rank - middle))
                        .sum();
        return new Friedman(
                Arrays.stream(ranks).boxed().toList(),
                result("Friedman's test, chi-square", n, k, chiSquare, UpperTail.chiSquare(chiSquare, k - 1)),
                imanDavenport(n, k, chiSquare),
                alpha,
                new StudentizedRange(k).critical(alpha) * Math.sqrt(k * (k + 1) / (12.0 * n)));
    }

    /** Returns whether the average ranks of two systems, given by index, differ by at least the critical difference. */
    public boolean differ(int first, int second) {
        return Math.abs(averageRanks.get(first) - averageRanks.get(second)) >= criticalDifference;
    }

    /** Returns the limits of the critical difference, as a sentence. */
    public String caution() {
        return "Systems within the critical difference are not necessarily equal, and ranks do not measure the size of a"
                + " difference.";
    }

    private static TestResult imanDavenport(int n, int k, double chiSquare) {
        double max = n * (k - 1.0);
        boolean sameOrder = max - chiSquare <= 1e-9 * max;
        double f = sameOrder ? Double.POSITIVE_INFINITY : (n - 1) * chiSquare / (max - chiSquare);
        double pValue = sameOrder ? 0 : UpperTail.f(f, k - 1, (k - 1) * (n - 1));
        return result("Friedman's test, Iman-Davenport F", n, k, f, pValue);
    }

    /** Returns the p-value if all datasets agree on the order, which holds for k! of (k!)^N tables of ranks. */
    private static double smallestPValue(int n, int k) {
        return Math.exp((1 - n) * CombinatoricsUtils.factorialLog(k));
    }

    private static TestResult result(String test, int n, int k, double statistic, double pValue) {
        double smallest = smallestPValue(n, k);
        String caution;
        if (smallest >= 0.05) {
            caution = "No result can reach p < 0.05 with " + n + " datasets and " + k
                    + " systems, so a large p is not evidence of equality.";
        } else if (n <= 10 || k <= 5) {
            caution = "The test does not show which systems differ; with up to 10 datasets or 5 systems its p-value is"
                    + " approximate.";
        } else {
            caution = "The test does not show which systems differ.";
        }
        return new TestResult(test, n, "datasets", statistic, Math.max(smallest, pValue), caution);
    }
}
