package io.github.tribuopeft.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tokenized sequence of words.
 *
 * @param opening ids of the special tokens before it
 * @param subwords ids of each word's pieces, empty for words without any
 * @param closing ids of the special tokens after it
 */
public record TokenizedWords(int[] opening, List<int[]> subwords, int[] closing) {

    /**
     * A stretch of words that fits the backbone.
     *
     * @param tokens its tokens, with a mark at the first piece of every word that this window answers for
     * @param words the indices of those words, in the order of the marks
     */
    public record Window(TokenSequence tokens, int[] words) {}

    /**
     * Cuts the words into overlapping windows. Every word that has pieces is answered for by exactly one window, the one in which it is
     * farthest from an end. A word whose pieces alone do not fit is cut.
     *
     * @param maxLength number of tokens that fit, special tokens included
     * @return one window if all words fit; none if no word has a piece
     * @throws IllegalArgumentException if special tokens take all of {@code maxLength}
     */
    public List<Window> windows(int maxLength) {
        int room = maxLength - opening.length - closing.length;
        BackboneTokenizer.requireRoom(room, maxLength);
        int[] words = IntStream.range(0, subwords.size())
                .filter(word -> subwords.get(word).length > 0)
                .toArray();
        List<int[]> spans = spans(words, room);
        List<Window> windows = new ArrayList<>();
        int answered = 0;
        for (int i = 0; i < spans.size(); i++) {
            int[] span = spans.get(i);
            // where two windows overlap, each answers for the half that is nearer to its middle
            int end = i + 1 == spans.size() ? span[1] : (spans.get(i + 1)[0] + span[1] + 1) / 2;
            windows.add(window(words, span[0], span[1], answered, end, room));
            answered = end;
        }
        return windows;
    }

    /** Stretches [from, to) of words: each as long as fits, each starting where three quarters of the last one's tokens have gone by. */
    private List<int[]> spans(int[] words, int room) {
        List<int[]> spans = new ArrayList<>();
        int from = 0;
        while (from < words.length) {
            int to = from;
            int tokens = 0;
            int next = from + 1;
            while (to < words.length && (to == from || tokens + subwords.get(words[to]).length <= room)) {
                tokens += subwords.get(words[to]).length;
                to++;
                if (tokens <= room * 3 / 4) {
                    next = to;
                }
            }
            spans.add(new int[] {from, to});
            from = to == words.length ? to : Math.min(Math.max(next, from + 1), to);
        }
        return spans;
    }

    private Window window(int[] words, int from, int to, int firstAnswered, int endAnswered, int room) {
        IntStream.Builder ids = IntStream.builder();
        IntStream.of(opening).forEach(ids);
        int length = opening.length;
        IntStream.Builder marks = IntStream.builder();
        IntStream.Builder answered = IntStream.builder();
        int dropped = 0;
        for (int i = from; i < to; i++) {
            int[] own = subwords.get(words[i]);
            if (i >= firstAnswered && i < endAnswered) {
                marks.add(length);
                answered.add(words[i]);
            }
            int kept = Math.min(own.length, room);
            IntStream.of(own).limit(kept).forEach(ids);
            length += kept;
            dropped += own.length - kept;
        }
        IntStream.of(closing).forEach(ids);
        int[] all = ids.build().toArray();
        TokenSequence tokens =
                new TokenSequence(all, new int[all.length], marks.build().toArray(), dropped);
        return new Window(tokens, answered.build().toArray());
    }
}
