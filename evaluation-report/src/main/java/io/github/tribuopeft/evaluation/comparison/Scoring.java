package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Map;

/**
 * Scoring of the predictions of a task. The headline metric is a function of sums over items, so that a bootstrap can
 * resample the items.
 */
public sealed interface Scoring permits LabelScoring, SpanScoring, MultiLabelScoring, RegressionScoring {

    /** Returns the name of the task on the command line and in JSON. */
    @JsonValue
    String task();

    /**
     * Returns the scoring of a task.
     *
     * @throws IllegalArgumentException if the task is unknown
     */
    @JsonCreator
    static Scoring of(String task) {
        List<Scoring> all =
                List.of(new LabelScoring(), new SpanScoring(), new MultiLabelScoring(), new RegressionScoring());
        return all.stream()
                .filter(scoring -> scoring.task().equals(task))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown task '" + task + "'; expected one of "
                        + all.stream().map(Scoring::task).toList()));
    }

    /** Returns the display name of the metric that ranks candidates, such as {@code span F1}. */
    String headline();

    /** Returns the scale of a metric. */
    default MetricScale scale(String metric) {
        return MetricScale.SHARE;
    }

    /** Returns whether a prediction has the form of the gold output: one value for each value of the output. */
    default boolean fits(List<String> gold, List<String> predicted) {
        return predicted.size() == gold.size();
    }

    /** Returns the counts of one item, which add up over items. */
    double[] counts(List<String> gold, List<String> predicted);

    /** Returns the headline metric of summed {@link #counts}; 0 if there are neither gold nor predicted outputs. */
    double headline(double[] totals);

    /** Returns the metrics by name, the headline metric first; NaN if a metric is not defined. */
    Map<String, Double> metrics(List<TestItem> items, List<List<String>> predicted);

    /** Returns the scores of each label or entity type, in alphabetical order; empty if the task has no classes. */
    List<ClassScore> classes(List<TestItem> items, List<List<String>> predicted);

    /** Returns the number of errors of each kind, in display order. */
    Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> predicted);

    /**
     * Returns the headline metric of a test set.
     *
     * @throws IllegalArgumentException if the test set is empty
     */
    default double score(List<TestItem> items, List<List<String>> predicted) {
        double[] totals = null;
        for (int i = 0; i < items.size(); i++) {
            double[] counts = counts(items.get(i).gold(), predicted.get(i));
            if (totals == null) {
                totals = new double[counts.length];
            }
            for (int j = 0; j < counts.length; j++) {
                totals[j] += counts[j];
            }
        }
        if (totals == null) {
            throw new IllegalArgumentException("The test set is empty");
        }
        return headline(totals);
    }

    /**
     * Scores of a label or entity type.
     *
     * @param name label or entity type
     * @param precision share of correct predictions
     * @param recall share of gold labels or spans that were predicted
     * @param f1 harmonic mean of precision and recall
     * @param support number of occurrences in the test set
     */
    record ClassScore(String name, double precision, double recall, double f1, long support) {}
}
