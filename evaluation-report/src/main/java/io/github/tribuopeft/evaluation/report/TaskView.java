package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Parts of reports that depend on the task. */
interface TaskView {

    /**
     * Returns the view of a task.
     *
     * @throws IllegalArgumentException if the task has no view
     */
    static TaskView of(Scoring scoring) {
        Map<String, TaskView> views = Map.of(
                "classification", new LabelView(),
                "ner", new SpanView(),
                "multi-label", new MultiLabelView(),
                "regression", new RegressionView());
        TaskView view = views.get(scoring.task());
        if (view == null) {
            throw new IllegalArgumentException("There is no report on the task '" + scoring.task() + "'");
        }
        return view;
    }

    /** Returns the noun for a class of outputs, such as {@code label}. */
    String classNoun();

    /** Returns the plural noun for the occurrences of a class in the test set. */
    default String supportNoun() {
        return "test items";
    }

    /** Returns whether a prediction is entirely correct. */
    default boolean correct(List<String> gold, List<String> predicted) {
        return predicted.equals(gold);
    }

    /** Returns the items with errors in the order in which samples are drawn, as indices. */
    default int[] errors(List<TestItem> items, List<List<String>> predictions) {
        return IntStream.range(0, items.size())
                .filter(i -> !correct(items.get(i).gold(), predictions.get(i)))
                .toArray();
    }

    /** Returns whether errors differ in size, so that {@link #errors} contains all items, the largest error first. */
    default boolean graded() {
        return false;
    }

    /** Returns whether outputs are parts of the text, so that {@link #segments} contains the text. */
    default boolean inText() {
        return false;
    }

    /** Returns whether {@link #segments} marks outputs that are only gold or only predicted. */
    default boolean marked() {
        return inText();
    }

    /** Returns the name of the metric on the development set with its unit, at the beginning of a sentence. */
    default String developmentMetric() {
        return "Development metric in %";
    }

    /**
     * Returns an output for display.
     *
     * @param output gold or predicted output
     * @param other predicted output if {@code output} is gold, otherwise gold output
     */
    List<ErrorSamples.Segment> segments(TestItem item, List<String> output, List<String> other);

    /** Returns the confusion matrix of each candidate, the best first; empty if the task has none. */
    default List<ConfusionTable> confusions(Leaderboard leaderboard) {
        return List.of();
    }

    /** Returns figures of gold and predicted values of a candidate; empty if the task has none. */
    default List<Scatter> scatters(Leaderboard leaderboard, CandidateResult result) {
        return List.of();
    }

    /** Returns the noun of {@link #decisions(List, List, List) decisions}, such as {@code predicted labels}. */
    default String decisions() {
        return "predicted labels";
    }

    /**
     * Returns the decisions of a prediction for the reliability diagram; empty if the task has no probabilities.
     *
     * @param probabilities probabilities of the possible values by name, for each output
     */
    default List<Decision> decisions(
            List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return List.of();
    }

    /** Returns the probability that the model gives to its most confident mistake in a wrong prediction. */
    default double confidence(List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return 0;
    }

    /** Returns a note on a wrong prediction, such as the probabilities of labels; may be empty. */
    default String note(TestItem item, List<String> predicted, List<Map<String, Double>> probabilities) {
        return "";
    }
}
