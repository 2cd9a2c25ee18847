package io.github.tribuopeft.evaluation.statistics;

import java.util.Locale;

/**
 * What a significance test found.
 *
 * @param test the test's name, with the variant that was used
 * @param n size of the sample
 * @param unit what was counted, such as {@code items}
 * @param statistic the test's statistic, as the test defines it
 * @param pValue how probable a result at least as extreme is where there is no difference; in 0 to 1, two-sided where a test has two sides
 * @param caution what the result does not allow to say, as a sentence
 */
public record TestResult(String test, int n, String unit, double statistic, double pValue, String caution) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s: n = %d %s, statistic %.4g, p = %.4g. %s", test, n, unit, statistic, pValue, caution);
    }
}
