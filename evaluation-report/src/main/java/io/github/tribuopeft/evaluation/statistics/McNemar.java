package io.github.tribuopeft.evaluation.statistics;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's test: of two classifiers that answered the same items, is one right more often?
 *
 * <p>Only the items count that exactly one of them got right. With fewer than 25 of these the exact binomial test is used, its statistic
 * being the smaller count; else chi-square with one degree of freedom and continuity correction, (|b - c| - 1)² / (b + c) (Edwards 1948,
 * Psychometrika 13; Dietterich 1998, Neural Computation 10, section 3.1).
 */
public final class McNemar {

    private static final int ENOUGH_FOR_CHI_SQUARE = 25;

    private McNemar() {}

    /**
     * Compares answers.
     *
     * @param first for each item whether the first classifier is right
     * @param second for each item whether the second is
     * @return n is the number of items that exactly one got right
     * @throws IllegalArgumentException if the lengths differ or are 0
     */
    public static TestResult test(boolean[] first, boolean[] second) {
        Check.sameLength("Answers of the two classifiers", first.length, second.length);
        Check.that(first.length > 0, "There must be at least one item; there is none");
        int onlyFirst = 0;
        int onlySecond = 0;
        for (int i = 0; i < first.length; i++) {
            onlyFirst += first[i] && !second[i] ? 1 : 0;
            onlySecond += second[i] && !first[i] ? 1 : 0;
        }
        return test(onlyFirst, onlySecond);
    }

    /**
     * Compares counts.
     *
     * @param onlyFirst number of items that only the first classifier got right
     * @param onlySecond number of items that only the second got right
     * @return n is the sum of both; p is 1 where it is 0
     * @throws IllegalArgumentException if a number is negative
     */
    public static TestResult test(int onlyFirst, int onlySecond) {
        int smaller = Math.min(onlyFirst, onlySecond);
        Check.that(smaller >= 0, "Counts must not be negative; one is " + smaller);
        int n = onlyFirst + onlySecond;
        if (n < ENOUGH_FOR_CHI_SQUARE) {
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
                .caution("It compares these two trained models: it says nothing about the same methods trained again.");
        return new TestResult(test, n, "items that exactly one got right", statistic, pValue, caution);
    }
}
