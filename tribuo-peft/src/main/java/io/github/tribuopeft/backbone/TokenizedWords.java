package io.github.tribuopeft.backbone;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tokens of a text that is split into words.
 *
 * @param opening ids of the special tokens before the words
 * @param subwords ids of the subwords of each word; a word may have none
 * @param cases the case of each word
 * @param closing ids of the special tokens after the words
 */
public record TokenizedWords(int[] opening, List<int[]> subwords, List<LetterCase> cases, int[] closing) {

    /**
     * Window of consecutive words that fits the maximum length.
     *
     * @param tokens tokens of the window, with the first subwords of the words to predict
     * @param words indices of the words to predict
     */
    public record Window(TokenSequence tokens, int[] words) {}

    /**
     * Splits the words into overlapping windows. Every word that has subwords is predicted in exactly one window, the
     * one in which it is farthest from an end. A word that is longer than a window is truncated.
     *
     * @param maxLength maximum number of tokens of a window, special tokens included
     * @return the windows; one if all words fit, none if no word has a subword
     * @throws IllegalArgumentException if {@code maxLength} is not larger than the number of special tokens
     */
    public List<Window> windows(int maxLength) {
        int maxTokens = maxLength - opening.length - closing.length;
        BackboneTokenizer.requireTextTokens(maxTokens, maxLength);
        int[] words = IntStream.range(0, subwords.size())
                .filter(word -> subwords.get(word).length > 0)
                .toArray();
        List<int[]> spans = spans(words, maxTokens);
        List<Window> windows = new ArrayList<>();
        int predicted = 0;
        for (int i = 0; i < spans.size(); i++) {
            int[] span = spans.get(i);
            // where two windows overlap, each predicts the half that is nearer to its middle
            int end = i + 1 == spans.size() ? span[1] : (spans.get(i + 1)[0] + span[1] + 1) / 2;
            windows.add(window(words, span[0], span[1], predicted, end, maxTokens));
            predicted = end;
        }
        return windows;
    }

    /**
     * Returns ranges [from, to) of words. Each range is as long as {@code maxTokens} allows and starts after three
     * quarters of the tokens of the previous range.
     */
    private List<int[]> spans(int[] words, int maxTokens) {
        List<int[]> spans = new ArrayList<>();
        int from = 0;
        while (from < words.length) {
            int to = from;
            int tokens = 0;
            int next = from + 1;
            while (to < words.length && (to == from || tokens + subwords.get(words[to]).length <= maxTokens)) {
                tokens += subwords.get(words[to]).length;
                to++;
                if (tokens <= maxTokens * 3 / 4) {
                    next = to;
                }
            }
            spans.add(new int[] {from, to});
            from = to == words.length ? to : Math.min(Math.max(next, from + 1), to);
        }
        return spans;
    }

    private Window window(int[] words, int from, int to, int firstPredicted, int endPredicted, int maxTokens) {
        IntStream.Builder ids = IntStream.builder();
        IntStream.of(opening).forEach(ids);
        List<LetterCase> ofTokens = new ArrayList<>(Collections.nCopies(opening.length, LetterCase.LOWER));
        IntStream.Builder wordStarts = IntStream.builder();
        IntStream.Builder predicted = IntStream.builder();
        int dropped = 0;
        for (int i = from; i < to; i++) {
            int[] subword = subwords.get(words[i]);
            if (i >= firstPredicted && i < endPredicted) {
                wordStarts.add(ofTokens.size());
                predicted.add(words[i]);
            }
            int kept = Math.min(subword.length, maxTokens);
            IntStream.of(subword).limit(kept).forEach(ids);
            ofTokens.addAll(Collections.nCopies(kept, cases.get(words[i])));
            dropped += subword.length - kept;
        }
        IntStream.of(closing).forEach(ids);
        ofTokens.addAll(Collections.nCopies(closing.length, LetterCase.LOWER));
        int[] all = ids.build().toArray();
        TokenSequence tokens = new TokenSequence(
                all, new int[all.length], ofTokens, wordStarts.build().toArray(), dropped);
        return new Window(tokens, predicted.build().toArray());
    }
}
