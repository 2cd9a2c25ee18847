package io.github.tribuopeft.cli;

import java.util.Locale;
import java.util.Map;
import org.tribuo.classification.Classifiable;
import org.tribuo.classification.evaluation.ClassifierEvaluation;

/**
 * Metrics of one label, or of one type of entity.
 *
 * @param precision in [0, 1]
 * @param recall in [0, 1]
 * @param f1 the harmonic mean of precision and recall
 * @param support the number of occurrences in the test set
 */
record ClassMetrics(double precision, double recall, double f1, long support) {

    /** Returns the metrics of a label in an evaluation. */
    static <T extends Classifiable<T>> ClassMetrics of(ClassifierEvaluation<T> evaluation, T label) {
        return new ClassMetrics(evaluation.precision(label), evaluation.recall(label), evaluation.f1(label), (long)
                (evaluation.tp(label) + evaluation.fn(label)));
    }

    /**
     * Formats the metrics of labels as a table: one line for each label, below a line with the names of the columns.
     */
    static String table(Map<String, ClassMetrics> labels) {
        int width = labels.keySet().stream().mapToInt(String::length).max().orElse(0);
        String name = "%-" + Math.max(width, 5) + "s";
        StringBuilder table = new StringBuilder(String.format(name + "  precision  recall      f1  support", "label"));
        labels.forEach((label, metrics) -> table.append(String.format(
                Locale.ROOT,
                "%n" + name + "  %9.4f  %6.4f  %6.4f  %7d",
                label,
                metrics.precision,
                metrics.recall,
                metrics.f1,
                metrics.support)));
        return table.toString();
    }
}
