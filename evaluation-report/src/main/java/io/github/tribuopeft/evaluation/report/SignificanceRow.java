package io.github.tribuopeft.evaluation.report;

/**
 * What a test said of two contestants, for a report to show. Figures of the headline metric are between -1 and 1.
 *
 * @param a a contestant's name
 * @param b another's
 * @param difference the headline metric of {@code a} minus that of {@code b}
 * @param low lower end of the difference's interval; NaN without one
 * @param high upper end
 * @param p the test's p value; NaN where the test could not be made
 * @param holm the same after Holm's correction for all rows of the report
 * @param test the test's name
 * @param n how many observations it was made on
 * @param caution what a reader must know; empty if nothing
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

    /** Whether the test tells the two apart. */
    boolean significant() {
        return holm < LEVEL;
    }

    boolean isAbout(String contestant) {
        return a.equals(contestant) || b.equals(contestant);
    }

    /** Whether the test finds the first of two contestants better. */
    boolean finds(String better, String worse) {
        return significant()
                && (a.equals(better) && b.equals(worse) && difference > 0
                        || a.equals(worse) && b.equals(better) && difference < 0);
    }
}
