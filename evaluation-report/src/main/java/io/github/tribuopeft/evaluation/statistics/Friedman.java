package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Friedman's test of several systems over several data sets, with Nemenyi's test of which of them differ, as in Demšar 2006 (JMLR 7, section
 * 3.2). Equal scores share their ranks; chi-square is not corrected for them, which makes it smaller, thus the test more careful.
 *
 * <p>P-values are approximate, but never below k! to the power of 1 - N, the exact one where all data sets agree on the order.
 *
 * @param averageRanks each system's mean rank over the data sets, in 1 to k; 1 is the best
 * @param chiSquare Friedman's chi-square, with k - 1 degrees of freedom
 * @param imanDavenport Iman's and Davenport's F, with k - 1 and (k - 1)(N - 1) degrees of freedom, the better one of the two; infinite where all
 *     data sets agree on the order
 * @param alpha level of the critical difference
 * @param criticalDifference average ranks that are at least this far apart differ, in Nemenyi's test of all pairs
 */
public record Friedman(
        List<Double> averageRanks,
        TestResult chiSquare,
        TestResult imanDavenport,
        double alpha,
        double criticalDifference) {

    /**
     * Tests scores of which the highest is best.
     *
     * @param scores for each data set the score of each system; at least two of both
     * @param alpha level of the critical difference, between 0 and 1, such as 0.05
     * @throws IllegalArgumentException if there is too little, rows differ in length, a score is not finite, or alpha is out of range
     */
    public static Friedman of(double[][] scores, double alpha) {
        Check.table("Scores", scores);
        Check.probability("Alpha", alpha);
        int n = scores.length;
        int k = scores[0].length;
        Check.that(n >= 2, "There must be at least 2 data sets; there is " + n);
        Check.that(k >= 2, "There must be at least 2 systems; there is " + k);

        double[] ranks = new double[k];
        for (double[] row : scores) {
            double[] own =
                    Ranks.ascending(Arrays.stream(row).map(score -> -score).toArray(), Ranks.tolerance(row));
            for (int system = 0; system < k; system++) {
                ranks[system] += own[system] / n;
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

    /** Whether two systems, by their numbers, differ by at least the critical difference. */
    public boolean differ(int first, int second) {
        return Math.abs(averageRanks.get(first) - averageRanks.get(second)) >= criticalDifference;
    }

    /** What the critical difference does not allow to say. */
    public String caution() {
        return "Systems within the critical difference are not thereby equal, and ranks say nothing about by how much one is better.";
    }

    private static TestResult imanDavenport(int n, int k, double chiSquare) {
        double most = n * (k - 1.0);
        boolean sameOrder = most - chiSquare <= 1e-9 * most;
        double f = sameOrder ? Double.POSITIVE_INFINITY : (n - 1) * chiSquare / (most - chiSquare);
        double pValue = sameOrder ? 0 : UpperTail.f(f, k - 1, (k - 1) * (n - 1));
        return result("Friedman's test, Iman-Davenport F", n, k, f, pValue);
    }

    /** That of the same order on all data sets: of the k!^N tables of ranks, k! are such. */
    private static double smallestPValue(int n, int k) {
        return Math.exp((1 - n) * CombinatoricsUtils.factorialLog(k));
    }

    private static TestResult result(String test, int n, int k, double statistic, double pValue) {
        double smallest = smallestPValue(n, k);
        String caution;
        if (smallest >= 0.05) {
            caution = "No outcome can reach p < 0.05 with " + n + " data sets and " + k
                    + " systems, so a large p is no sign of equality.";
        } else if (n <= 10 || k <= 5) {
            caution =
                    "It says whether any system differs from any other, not which; with 10 data sets or 5 systems or fewer its p-value is rough.";
        } else {
            caution = "It says whether any system differs from any other, not which.";
        }
        return new TestResult(test, n, "data sets", statistic, Math.max(smallest, pValue), caution);
    }
}
