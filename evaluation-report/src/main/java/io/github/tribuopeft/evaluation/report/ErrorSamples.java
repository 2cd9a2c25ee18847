package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some of what a contestant got wrong with its first seed.
 *
 * @param standing the contestant
 * @param seed the seed
 * @param all how many items it got wrong
 * @param complete whether all of them are shown
 * @param shown some of them, taken evenly from the whole test set
 */
record ErrorSamples(CandidateResult standing, String seed, String all, boolean complete, List<Miss> shown) {

    /**
     * An item that was not answered as it should be.
     *
     * @param text the item's text
     * @param gold what is right: the text with its spans, or the label alone
     * @param found what was found, likewise
     * @param right how many of the other contestants had it right; empty if there are none
     */
    record Miss(String text, List<Piece> gold, List<Piece> found, String right) {}

    /**
     * A piece of a text.
     *
     * @param text its words
     * @param type the type of the entity that it is; empty for none
     * @param right whether the same span is on the other side, too
     */
    record Piece(String text, String type, boolean right) {}

    private static final int OF_BEST = 12;
    private static final int OF_OTHERS = 5;
    private static final int CHARACTERS = 320;

    /** Of each contestant, best first. */
    static List<ErrorSamples> of(Leaderboard standings) {
        return standings.ranked().stream()
                .map(standing -> of(standings, standing, standing.equals(standings.best()) ? OF_BEST : OF_OTHERS))
                .toList();
    }

    private static ErrorSamples of(Leaderboard standings, CandidateResult standing, int most) {
        List<TestItem> items = standings.result().items();
        Cell cell = standing.cells().get(0);
        int[] wrong = IntStream.range(0, items.size())
                .filter(i -> !right(standings, cell, i))
                .toArray();
        int shown = Math.min(most, wrong.length);
        return new ErrorSamples(
                standing,
                String.valueOf(cell.key().seed()),
                Format.plural(wrong.length, "item") + " of " + Format.count(items.size()),
                shown == wrong.length,
                IntStream.range(0, shown)
                        .map(i -> wrong[(int) ((long) i * wrong.length / shown)])
                        .mapToObj(i -> miss(standings, standing, items, i))
                        .toList());
    }

    private static boolean right(Leaderboard standings, Cell cell, int item) {
        List<String> gold = standings.result().items().get(item).gold();
        List<String> found = cell.predictions().get(item);
        return standings.spans()
                ? SpanScheme.CONLLEVAL.spans(found).equals(SpanScheme.CONLLEVAL.spans(gold))
                : found.equals(gold);
    }

    private static Miss miss(Leaderboard standings, CandidateResult standing, List<TestItem> items, int i) {
        TestItem item = items.get(i);
        List<String> found = standing.cells().get(0).predictions().get(i);
        int rivals = standings.all().size() - 1;
        long right = standings.all().stream()
                .filter(other -> other.index() != standing.index())
                .filter(other -> right(standings, other.cells().get(0), i))
                .count();
        return new Miss(
                Format.cut(String.join(" ", item.words()), CHARACTERS),
                standings.spans() ? marked(item.words(), item.gold(), found) : label(item.gold()),
                standings.spans() ? marked(item.words(), found, item.gold()) : label(found),
                rivals == 0 ? "" : right + " of " + Format.plural(rivals, "other contestant"));
    }

    private static List<Piece> label(List<String> label) {
        return List.of(new Piece(String.join(" ", label), "", false));
    }

    private static List<Piece> marked(List<String> words, List<String> tags, List<String> others) {
        List<Span> spans = SpanScheme.CONLLEVAL.spans(tags);
        List<Span> same = SpanScheme.CONLLEVAL.spans(others);
        List<Piece> pieces = new ArrayList<>();
        int next = 0;
        for (Span span : spans) {
            plain(pieces, words.subList(next, span.begin()));
            pieces.add(new Piece(
                    Format.cut(String.join(" ", words.subList(span.begin(), span.end())), CHARACTERS),
                    span.type(),
                    same.contains(span)));
            next = span.end();
        }
        plain(pieces, words.subList(next, words.size()));
        return pieces;
    }

    private static void plain(List<Piece> pieces, List<String> words) {
        if (!words.isEmpty()) {
            pieces.add(new Piece(Format.cut(String.join(" ", words), CHARACTERS), "", false));
        }
    }
}
