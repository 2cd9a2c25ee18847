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
 * @param everySeed whether {@code better} has the better score with every seed
 */
public record SignificanceRow(
        String better,
        String worse,
        double difference,
        double low,
        double high,
        double p,
        double holm,
        boolean everySeed) {

    /** Significance level. */
    static final double LEVEL = 0.05;

    /** Returns whether {@code better} is significantly better, and with every seed. */
    boolean significant() {
        return holm < LEVEL && everySeed;
    }

    /** Returns the conclusion in a few words. */
    String verdict() {
        if (significant()) {
            return better + " is better";
        }
        return holm < LEVEL ? "order depends on the seed" : "no clear difference";
    }

    boolean isAbout(String candidate) {
        return better.equals(candidate) || worse.equals(candidate);
    }
}
