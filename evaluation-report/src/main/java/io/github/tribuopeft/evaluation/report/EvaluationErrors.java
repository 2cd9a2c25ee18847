package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Wrong predictions of one model, the most confident first; if errors differ in size, the largest first.
 *
 * @param note number of wrong predictions in words
 * @param items shown items
 */
record EvaluationErrors(String note, List<Item> items) {

    private static final int MAX_ITEMS = 40;
    private static final int MAX_CHARACTERS = 320;

    /**
     * Test item with a wrong prediction.
     *
     * @param text text of the item
     * @param gold gold output; contains the text if outputs are parts of it
     * @param predicted predicted output
     * @param note probabilities, or the size of the error; may be empty
     */
    record Item(String text, List<ErrorSamples.Segment> gold, List<ErrorSamples.Segment> predicted, String note) {}

    static EvaluationErrors of(Evaluation evaluation) {
        TaskView view = TaskView.of(evaluation.scoring());
        List<TestItem> items = evaluation.items();
        int[] errors = view.errors(items, evaluation.predictions());
        boolean probabilities = !evaluation.probabilities().isEmpty();
        List<Integer> order = IntStream.of(errors).boxed().toList();
        if (probabilities) {
            order = order.stream()
                    .sorted(Comparator.comparingDouble(i -> -view.confidence(
                            items.get(i).gold(),
                            evaluation.predictions().get(i),
                            evaluation.probabilities().get(i))))
                    .toList();
        }
        List<Item> shown = order.stream()
                .limit(MAX_ITEMS)
                .map(i -> item(
                        view,
                        items.get(i),
                        evaluation.predictions().get(i),
                        probabilities ? evaluation.probabilities().get(i) : List.of()))
                .toList();
        return new EvaluationErrors(
                view.graded()
                        ? "The largest errors in " + Format.plural(items.size(), "test item") + "."
                        : Format.count(errors.length) + " of " + Format.plural(items.size(), "test item") + " wrong"
                                + (probabilities ? ", the most confident first" : "")
                                + (shown.size() == errors.length ? "." : "; the first " + shown.size() + " are shown."),
                shown);
    }

    private static Item item(
            TaskView view, TestItem item, List<String> predicted, List<Map<String, Double>> probabilities) {
        return new Item(
                Format.shorten(String.join(" ", item.words()), MAX_CHARACTERS),
                view.segments(item, item.gold(), predicted),
                view.segments(item, predicted, item.gold()),
                view.note(item, predicted, probabilities));
    }
}
