package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How answers of a task are scored. All figures are sums over items, so that resampling items resamples any of them. */
public sealed interface Scoring permits LabelScoring, SpanScoring {

    /** The task's name on the command line, and in JSON. */
    @JsonValue
    String task();

    /**
     * The scoring of a task.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    @JsonCreator
    static Scoring of(String task) {
        return Stream.of(new LabelScoring(), new SpanScoring())
                .filter(scoring -> scoring.task().equals(task))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("Unknown task '" + task + "'; expected classification or ner"));
    }

    /** The metric that contestants are ranked by, as people write it, such as {@code span F1}. */
    String headline();

    /** Whether an item has one answer, right or wrong, so that classifiers can be compared item by item. */
    boolean oneAnswerPerItem();

    /** What one item adds to the headline metric. */
    double[] counts(List<String> gold, List<String> found);

    /** The headline metric of summed {@link #counts}; 0 where nothing was there to find and nothing was found. */
    double headline(double[] totals);

    /** Metrics by name, the headline first. */
    Map<String, Double> metrics(List<TestItem> items, List<List<String>> found);

    /** Precision, recall and F1 of each label or entity type, in alphabetical order. */
    List<ClassScore> classes(List<TestItem> items, List<List<String>> found);

    /** How often each kind of error was made, in an order to show; kinds that did not occur are there with 0. */
    Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> found);

    /** The headline metric of a test set. */
    default double score(List<TestItem> items, List<List<String>> found) {
        double[] totals = null;
        for (int i = 0; i < items.size(); i++) {
            double[] own = counts(items.get(i).gold(), found.get(i));
            if (totals == null) {
                totals = new double[own.length];
            }
            for (int j = 0; j < own.length; j++) {
                totals[j] += own[j];
            }
        }
        if (totals == null) {
            throw new IllegalArgumentException("There are no items to score");
        }
        return headline(totals);
    }

    /**
     * One label's or entity type's figures.
     *
     * @param name the label or type
     * @param precision share of what was found that is right
     * @param recall share of what is right that was found
     * @param f1 their harmonic mean
     * @param support number in the test set
     */
    record ClassScore(String name, double precision, double recall, double f1, long support) {}
}
