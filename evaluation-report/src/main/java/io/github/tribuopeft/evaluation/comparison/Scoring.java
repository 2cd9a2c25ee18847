package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Scoring of the predictions of a task. The headline metric is a function of sums over items, so that a bootstrap can
 * resample the items.
 */
public sealed interface Scoring permits LabelScoring, SpanScoring {

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
        return Stream.of(new LabelScoring(), new SpanScoring())
                .filter(scoring -> scoring.task().equals(task))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("Unknown task '" + task + "'; expected classification or ner"));
    }

    /** Returns the display name of the metric that ranks candidates, such as {@code span F1}. */
    String headline();

    /** Returns whether each item has one prediction that is correct or wrong, so that McNemar's test applies. */
    boolean singlePrediction();

    /** Returns the counts of one item, which add up over items. */
    double[] counts(List<String> gold, List<String> predicted);

    /** Returns the headline metric of summed {@link #counts}; 0 if there are neither gold nor predicted spans. */
    double headline(double[] totals);

    /** Returns the metrics by name, the headline metric first. */
    Map<String, Double> metrics(List<TestItem> items, List<List<String>> predicted);

    /** Returns the scores of each label or entity type, in alphabetical order. */
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
