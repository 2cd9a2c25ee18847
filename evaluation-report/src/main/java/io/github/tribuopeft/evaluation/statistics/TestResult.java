package io.github.tribuopeft.evaluation.statistics;

import java.util.Locale;

/**
 * Result of a significance test.
 *
 * @param test name of the test with its variant
 * @param n sample size
 * @param unit unit of the sample size, such as {@code items}
 * @param statistic test statistic
 * @param pValue p-value in [0, 1]; two-sided if the test has two sides
 * @param caution limits of the result, as a sentence
 */
public record TestResult(String test, int n, String unit, double statistic, double pValue, String caution) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s: n = %d %s, statistic %.4g, p = %.4g. %s", test, n, unit, statistic, pValue, caution);
    }
}
