package io.github.tribuopeft.evaluation.statistics;

import java.util.Locale;

/**
 * Sample of differences whose signs are equally likely under the null hypothesis.
 *
 * @param n number of differences
 */
record SignSample(int n) {

    /** Returns the smallest possible two-sided p-value, that of equal signs. */
    double smallestPValue() {
        return Math.min(1, Math.scalb(2.0, -n));
    }

    /** Returns a warning if no result can be significant, and {@code otherwise} if one can. */
    String caution(String otherwise) {
        return smallestPValue() < 0.05
                ? otherwise
                : String.format(
                        Locale.ROOT,
                        "No result can reach p < 0.05: with n = %d differing pairs the smallest possible p is %s,"
                                + " so a large p is not evidence of equality.",
                        n,
                        smallestPValue());
    }
}
