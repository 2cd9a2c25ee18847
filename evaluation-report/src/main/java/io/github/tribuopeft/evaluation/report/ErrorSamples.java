package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Test items with wrong predictions of a candidate with its first seed.
 *
 * @param result results of the candidate
 * @param count number of wrong items in words, such as {@code 3 of 100 test items wrong}
 * @param note sentence that says which items are shown
 * @param items shown items, evenly spaced over the test set; if errors differ in size, those with the largest ones
 */
record ErrorSamples(CandidateResult result, String count, String note, List<Item> items) {

    /**
     * Test item with a wrong prediction.
     *
     * @param text text of the item
     * @param gold gold output; contains the text if outputs are parts of it
     * @param predicted predicted output
     * @param others number of other candidates that are correct, in words; empty without other candidates
     */
    record Item(String text, List<Segment> gold, List<Segment> predicted, String others) {}

    /**
     * Segment of an output.
     *
     * @param text text of the segment
     * @param type entity type; may be empty
     * @param mark whether the segment is highlighted, and how
     */
    record Segment(String text, String type, Mark mark) {

        static Segment plain(String text) {
            return new Segment(Format.shorten(text, MAX_CHARACTERS), "", Mark.NONE);
        }

        /** Returns a highlighted segment, which is correct if it is both gold and predicted. */
        static Segment marked(String text, String type, boolean correct) {
            return new Segment(Format.shorten(text, MAX_CHARACTERS), type, correct ? Mark.CORRECT : Mark.WRONG);
        }

        /** Returns the style class of the highlighting; empty without it. */
        public String style() {
            return mark == Mark.NONE ? "" : mark.name().toLowerCase(Locale.ROOT);
        }
    }

    private enum Mark {
        NONE,
        CORRECT,
        WRONG
    }

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
        int[] wrong = leaderboard.view().errors(items, cell.predictions());
        boolean graded = leaderboard.view().graded();
        int shown = Math.min(max, wrong.length);
        String count = Format.count(wrong.length) + " of " + Format.plural(items.size(), "test item") + " wrong";
        String seed = " with seed " + cell.key().seed();
        return new ErrorSamples(
                result,
                graded ? "largest errors" : count,
                graded
                        ? "The largest errors in " + Format.plural(items.size(), "test item") + seed + "."
                        : count
                                + seed
                                + (shown == wrong.length
                                        ? "."
                                        : "; " + shown + " are shown, evenly spaced over the test set."),
                IntStream.range(0, shown)
                        .map(i -> wrong[graded ? i : (int) ((long) i * wrong.length / shown)])
                        .mapToObj(i -> item(leaderboard, result, i))
                        .toList());
    }

    private static Item item(Leaderboard leaderboard, CandidateResult result, int index) {
        TestItem item = leaderboard.comparison().items().get(index);
        List<String> predicted = result.cells().get(0).predictions().get(index);
        return new Item(
                Format.shorten(String.join(" ", item.words()), MAX_CHARACTERS),
                leaderboard.view().segments(item, item.gold(), predicted),
                leaderboard.view().segments(item, predicted, item.gold()),
                leaderboard.view().graded() ? "" : others(leaderboard, result, index));
    }

    private static String others(Leaderboard leaderboard, CandidateResult result, int index) {
        List<CandidateResult> others = leaderboard.all().stream()
                .filter(other -> other.index() != result.index())
                .toList();
        long correct = others.stream()
                .filter(other -> leaderboard
                        .view()
                        .correct(
                                leaderboard.comparison().items().get(index).gold(),
                                other.cells().get(0).predictions().get(index)))
                .count();
        return others.isEmpty() ? "" : correct + " of " + Format.plural(others.size(), "other candidate");
    }
}
