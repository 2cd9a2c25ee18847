package io.github.tribuopeft.evaluation.report;

/**
 * Comparison of two candidates by a paired test. Differences are on the scale of the headline metric.
 *
 * @param better name of the candidate with the better score
 * @param worse name of the candidate with the worse score
 * @param difference headline metric of {@code better} minus that of {@code worse}
 * @param low lower limit of the confidence interval of the difference
 * @param high upper limit
 * @param p p-value
 * @param holm p-value after Holm's correction for all pairs
 */
public record SignificanceRow(
        String better, String worse, double difference, double low, double high, double p, double holm) {

    private static final double LEVEL = 0.05;

    /** Returns whether the difference is significant. */
    boolean significant() {
        return holm < LEVEL;
    }

    boolean isAbout(String candidate) {
        return better.equals(candidate) || worse.equals(candidate);
    }
}
