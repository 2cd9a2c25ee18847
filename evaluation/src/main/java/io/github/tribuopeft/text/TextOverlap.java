package io.github.tribuopeft.text;

import java.util.List;

/**
 * Overlap of generated texts with their references, in percent.
 *
 * @param chrF F score of character n-grams over all texts, equal to sacreBLEU's
 * @param bleu BLEU over all texts, equal to sacreBLEU's
 * @param rougeL mean F score of the longest common subsequence of words, equal to torchmetrics'
 * @param unigramF1 mean F1 of words without punctuation and articles, as in ConvAI2; equal to torchmetrics' of SQuAD
 */
public record TextOverlap(double chrF, double bleu, double rougeL, double unigramF1) {

    /** Compares texts with their references. */
    public static TextOverlap of(List<TextPair> pairs) {
        return new TextOverlap(
                CharacterF.of(pairs),
                Bleu.of(pairs),
                100 * pairs.stream().mapToDouble(TextOverlap::rougeL).average().orElse(0),
                100
                        * pairs.stream()
                                .mapToDouble(TextOverlap::unigramF1)
                                .average()
                                .orElse(0));
    }

    private static double rougeL(TextPair pair) {
        List<String> generated = Words.alphanumeric(pair.generated());
        List<String> reference = Words.alphanumeric(pair.reference());
        return f1(commonSubsequence(generated, reference), generated.size(), reference.size());
    }

    private static double unigramF1(TextPair pair) {
        List<String> generated = Words.normalized(pair.generated());
        List<String> reference = Words.normalized(pair.reference());
        if (generated.isEmpty() || reference.isEmpty()) {
            return generated.equals(reference) ? 1 : 0;
        }
        int common = Ngrams.matches(Ngrams.count(generated, 1), Ngrams.count(reference, 1));
        return f1(common, generated.size(), reference.size());
    }

    private static double f1(int common, int generated, int reference) {
        return common == 0 ? 0 : 2.0 * common / (generated + reference);
    }

    /** Returns the length of the longest common subsequence. */
    private static int commonSubsequence(List<String> first, List<String> second) {
        int[] lengths = new int[second.size() + 1]; // [j]: with the first j words of `second`
        for (String word : first) {
            int diagonal = 0;
            for (int j = 1; j <= second.size(); j++) {
                int above = lengths[j];
                lengths[j] = word.equals(second.get(j - 1)) ? diagonal + 1 : Math.max(above, lengths[j - 1]);
                diagonal = above;
            }
        }
        return lengths[second.size()];
    }
}
