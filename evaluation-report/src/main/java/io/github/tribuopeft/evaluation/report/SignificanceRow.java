package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.MetricScale;

/**
 * Significance test of two candidates. Differences are on the scale of the headline metric.
 *
 * @param a name of the first candidate
 * @param b name of the second candidate
 * @param difference headline metric of {@code a} minus that of {@code b}
 * @param low lower limit of the confidence interval of the difference; NaN without an interval
 * @param high upper limit
 * @param p p-value; NaN if the test is not possible
 * @param holm p-value after Holm's correction
 * @param test name of the test
 * @param n number of observations
 * @param caution limits of the test, as a sentence; may be empty
 */
public record SignificanceRow(
        String a,
        String b,
        double difference,
        double low,
        double high,
        double p,
        double holm,
        String test,
        int n,
        String caution) {

    private static final double LEVEL = 0.05;

    /** Returns whether the difference is significant. */
    boolean significant() {
        return holm < LEVEL;
    }

    boolean isAbout(String candidate) {
        return a.equals(candidate) || b.equals(candidate);
    }

    /** Returns whether one candidate is significantly better than another. */
    boolean finds(String better, String worse, MetricScale scale) {
        double lead = scale.lead(difference, 0);
        return significant()
                && (a.equals(better) && b.equals(worse) && lead > 0 || a.equals(worse) && b.equals(better) && lead < 0);
    }
}
