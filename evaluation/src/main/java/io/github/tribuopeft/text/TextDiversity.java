package io.github.tribuopeft.text;

import java.util.List;

/**
 * Diversity of generated texts. Perplexity does not show repetition; a comparison of these values with those of the
 * references does. All values are in [0, 1].
 *
 * @param distinct1 share of distinct words among all words of all texts (Li et al. 2016)
 * @param distinct2 share of distinct pairs of words among all pairs
 * @param repetition share of words that occur earlier in the same text
 */
public record TextDiversity(double distinct1, double distinct2, double repetition) {

    /** Measures texts, which are divided into words at white space. A share of no words or no pairs is 0. */
    public static TextDiversity of(List<String> texts) {
        List<List<String>> words = texts.stream().map(Words::of).toList();
        long total = words.stream().mapToLong(List::size).sum();
        long repeated = words.stream()
                .mapToLong(own -> own.size() - own.stream().distinct().count())
                .sum();
        return new TextDiversity(distinct(words, 1), distinct(words, 2), total == 0 ? 0 : (double) repeated / total);
    }

    private static double distinct(List<List<String>> texts, int n) {
        long total =
                texts.stream().mapToLong(own -> Math.max(0, own.size() - n + 1)).sum();
        long distinct = texts.stream()
                .flatMap(own -> Ngrams.count(own, n).keySet().stream())
                .distinct()
                .count();
        return total == 0 ? 0 : (double) distinct / total;
    }
}
