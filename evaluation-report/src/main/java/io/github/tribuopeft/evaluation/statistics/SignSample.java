package io.github.tribuopeft.evaluation.statistics;

import java.util.Locale;

/**
 * Differences of which, where there is no difference, each is as likely to be positive as negative.
 *
 * @param n their number
 */
record SignSample(int n) {

    /** The two-sided p-value when all have the same sign; no test of the signs can give less. */
    double smallestPValue() {
        return Math.min(1, Math.scalb(2.0, -n));
    }

    /** A warning where no outcome can be significant, else {@code otherwise}. */
    String caution(String otherwise) {
        return smallestPValue() < 0.05
                ? otherwise
                : String.format(
                        Locale.ROOT,
                        "No outcome can reach p < 0.05: with n = %d differing pairs the smallest possible p is %s,"
                                + " so a large p is no sign of equality.",
                        n,
                        smallestPValue());
    }
}
