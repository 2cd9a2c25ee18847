package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.spans.Span;
import io.github.tribuopeft.spans.SpanScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Test items with wrong predictions of a candidate with its first seed.
 *
 * @param result results of the candidate
 * @param seed first seed
 * @param count number of wrong items in words, such as {@code 3 items of 100}
 * @param complete whether all wrong items are shown
 * @param items shown items, evenly spaced over the test set
 */
record ErrorSamples(CandidateResult result, String seed, String count, boolean complete, List<Item> items) {

    /**
     * Test item with a wrong prediction.
     *
     * @param text text of the item
     * @param gold text with its gold spans, or the gold label
     * @param predicted text with the predicted spans, or the predicted label
     * @param others number of other candidates that are correct, in words; empty without other candidates
     */
    record Item(String text, List<Segment> gold, List<Segment> predicted, String others) {}

    /**
     * Segment of a text.
     *
     * @param text words of the segment
     * @param type entity type; empty if the segment is not an entity
     * @param correct whether the same span is both gold and predicted
     */
    record Segment(String text, String type, boolean correct) {}

    private static final int MAX_OF_BEST = 12;
    private static final int MAX_OF_OTHERS = 5;
    private static final int MAX_CHARACTERS = 320;

    /** Returns the samples of each candidate, the best first. */
    static List<ErrorSamples> of(Leaderboard leaderboard) {
        return leaderboard.ranked().stream()
                .map(result -> of(leaderboard, result, result.equals(leaderboard.best()) ? MAX_OF_BEST : MAX_OF_OTHERS))
                .toList();
    }

    private static ErrorSamples of(Leaderboard leaderboard, CandidateResult result, int max) {
        List<TestItem> items = leaderboard.comparison().items();
        Cell cell = result.cells().get(0);
        int[] wrong = IntStream.range(0, items.size())
                .filter(i -> !correct(leaderboard, cell, i))
                .toArray();
        int shown = Math.min(max, wrong.length);
        return new ErrorSamples(
                result,
                String.valueOf(cell.key().seed()),
                Format.plural(wrong.length, "item") + " of " + Format.count(items.size()),
                shown == wrong.length,
                IntStream.range(0, shown)
                        .map(i -> wrong[(int) ((long) i * wrong.length / shown)])
                        .mapToObj(i -> item(leaderboard, result, i))
                        .toList());
    }

    private static boolean correct(Leaderboard leaderboard, Cell cell, int index) {
        List<String> gold = leaderboard.comparison().items().get(index).gold();
        List<String> predicted = cell.predictions().get(index);
        return leaderboard.spans()
                ? SpanScheme.CONLLEVAL.spans(predicted).equals(SpanScheme.CONLLEVAL.spans(gold))
                : predicted.equals(gold);
    }

    private static Item item(Leaderboard leaderboard, CandidateResult result, int index) {
        TestItem item = leaderboard.comparison().items().get(index);
        List<String> predicted = result.cells().get(0).predictions().get(index);
        int others = leaderboard.all().size() - 1;
        long correct = leaderboard.all().stream()
                .filter(other -> other.index() != result.index())
                .filter(other -> correct(leaderboard, other.cells().get(0), index))
                .count();
        return new Item(
                Format.shorten(String.join(" ", item.words()), MAX_CHARACTERS),
                leaderboard.spans() ? segments(item.words(), item.gold(), predicted) : label(item.gold()),
                leaderboard.spans() ? segments(item.words(), predicted, item.gold()) : label(predicted),
                others == 0 ? "" : correct + " of " + Format.plural(others, "other candidate"));
    }

    private static List<Segment> label(List<String> label) {
        return List.of(new Segment(String.join(" ", label), "", false));
    }

    private static List<Segment> segments(List<String> words, List<String> tags, List<String> otherTags) {
        List<Span> otherSpans = SpanScheme.CONLLEVAL.spans(otherTags);
        List<Segment> segments = new ArrayList<>();
        int next = 0;
        for (Span span : SpanScheme.CONLLEVAL.spans(tags)) {
            addText(segments, words.subList(next, span.begin()));
            segments.add(new Segment(
                    Format.shorten(String.join(" ", words.subList(span.begin(), span.end())), MAX_CHARACTERS),
                    span.type(),
                    otherSpans.contains(span)));
            next = span.end();
        }
        addText(segments, words.subList(next, words.size()));
        return segments;
    }

    private static void addText(List<Segment> segments, List<String> words) {
        if (!words.isEmpty()) {
            segments.add(new Segment(Format.shorten(String.join(" ", words), MAX_CHARACTERS), "", false));
        }
    }
}
