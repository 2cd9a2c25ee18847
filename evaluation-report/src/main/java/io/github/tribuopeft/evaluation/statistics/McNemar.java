package io.github.tribuopeft.evaluation.statistics;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's test of the accuracy of two classifiers on the same items.
 *
 * <p>The test uses the items that exactly one classifier predicts correctly. With fewer than 25 of them, it is the
 * exact binomial test, whose statistic is the smaller count. Otherwise it is the chi-square test with one degree of
 * freedom and continuity correction, (|b - c| - 1)² / (b + c) (Edwards 1948, Psychometrika 13; Dietterich 1998, Neural
 * Computation 10, section 3.1).
 */
public final class McNemar {

    private static final int MIN_FOR_CHI_SQUARE = 25;

    private McNemar() {}

    /**
     * Tests the predictions of two classifiers.
     *
     * @param first whether the first classifier is correct, for each item
     * @param second whether the second classifier is correct, for each item
     * @return result whose n is the number of items that exactly one classifier predicts correctly
     * @throws IllegalArgumentException if the lengths differ or are 0
     */
    public static TestResult test(boolean[] first, boolean[] second) {
        Check.sameLength("Predictions of the two classifiers", first.length, second.length);
        Check.that(first.length > 0, "The test needs at least one item, but there are none");
        int onlyFirst = 0;
        int onlySecond = 0;
        for (int i = 0; i < first.length; i++) {
            onlyFirst += first[i] && !second[i] ? 1 : 0;
            onlySecond += second[i] && !first[i] ? 1 : 0;
        }
        return test(onlyFirst, onlySecond);
    }

    /**
     * Tests the counts of two classifiers.
     *
     * @param onlyFirst number of items that only the first classifier predicts correctly
     * @param onlySecond number of items that only the second classifier predicts correctly
     * @return result whose n is the sum of both counts; its p-value is 1 if n is 0
     * @throws IllegalArgumentException if a count is negative
     */
    public static TestResult test(int onlyFirst, int onlySecond) {
        int smaller = Math.min(onlyFirst, onlySecond);
        Check.that(smaller >= 0, "Counts must not be negative, but one is " + smaller);
        int n = onlyFirst + onlySecond;
        if (n < MIN_FOR_CHI_SQUARE) {
            double tail = new BinomialDistribution(null, n, 0.5).cumulativeProbability(smaller);
            return result("McNemar's test, exact binomial", n, smaller, Math.min(1, 2 * tail));
        }
        double excess = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
        double statistic = excess * excess / n;
        return result(
                "McNemar's test, chi-square with continuity correction",
                n,
                statistic,
                UpperTail.chiSquare(statistic, 1));
    }

    private static TestResult result(String test, int n, double statistic, double pValue) {
        String caution = new SignSample(n)
                .caution("The test compares two trained models; it does not cover retraining with other seeds.");
        return new TestResult(
                test, n, "items that exactly one classifier predicts correctly", statistic, pValue, caution);
    }
}
