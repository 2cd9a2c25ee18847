package io.github.tribuopeft.text;

import java.util.List;
import java.util.Map;

/**
 * chrF (Popović 2015): F score of character n-grams of 1 to 6 without white space, recall weighted twice, over all
 * texts. Equal to sacreBLEU's default.
 */
final class CharacterF {

    private static final int ORDER = 6;
    private static final double BETA_SQUARED = 4;

    private CharacterF() {}

    /** Returns the score in [0, 100]. */
    static double of(List<TextPair> pairs) {
        long[] generated = new long[ORDER];
        long[] reference = new long[ORDER];
        long[] matching = new long[ORDER];
        for (TextPair pair : pairs) {
            List<Integer> characters = characters(pair.generated());
            List<Integer> expected = characters(pair.reference());
            for (int n = 1; n <= ORDER; n++) {
                Map<List<Integer>, Integer> found = Ngrams.count(characters, n);
                Map<List<Integer>, Integer> wanted = Ngrams.count(expected, n);
                if (!wanted.isEmpty()) { // a reference shorter than n does not lower the precision
                    generated[n - 1] += Math.max(0, characters.size() - n + 1);
                }
                reference[n - 1] += Math.max(0, expected.size() - n + 1);
                matching[n - 1] += Ngrams.matches(found, wanted);
            }
        }
        double precision = 0;
        double recall = 0;
        int orders = 0;
        for (int n = 0; n < ORDER; n++) {
            if (generated[n] > 0 && reference[n] > 0) {
                precision += (double) matching[n] / generated[n];
                recall += (double) matching[n] / reference[n];
                orders++;
            }
        }
        double denominator = (BETA_SQUARED * precision + recall) / Math.max(1, orders);
        return denominator == 0 ? 0 : 100 * (1 + BETA_SQUARED) * (precision / orders) * (recall / orders) / denominator;
    }

    private static List<Integer> characters(String text) {
        return text.codePoints()
                .filter(character -> !Character.isWhitespace(character) && !Character.isSpaceChar(character))
                .boxed()
                .toList();
    }
}
