package io.github.tribuopeft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.impl.ArrayExample;
import org.tribuo.sequence.SequenceExample;

/**
 * Sequences of words as Tribuo examples. Each word is in the metadata of its example under {@value #TOKEN}. With the
 * features {@code W=word} and {@code BIAS}, Tribuo's CRF can be trained on the same dataset.
 */
public final class WordExamples {

    /** Key of the word in the metadata of an example, as in Tribuo's BERT extractor. */
    public static final String TOKEN = "Token";

    private WordExamples() {}

    /**
     * Creates a sequence.
     *
     * @param words the words, at least one
     * @param outputs the output of each word
     * @throws IllegalArgumentException if there are no words, or the numbers of words and outputs differ
     */
    public static <T extends Output<T>> SequenceExample<T> of(List<String> words, List<T> outputs) {
        if (words.isEmpty() || words.size() != outputs.size()) {
            throw new IllegalArgumentException("A sequence needs at least one word and an output for each, but has "
                    + words.size() + " words and " + outputs.size() + " outputs");
        }
        List<Example<T>> examples = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            examples.add(
                    new ArrayExample<>( // without spare capacity, since there may be millions
                            outputs.get(i),
                            new String[] {Model.BIAS_FEATURE, "W=" + words.get(i)},
                            new double[] {1.0, 1.0},
                            Map.of(TOKEN, words.get(i))));
        }
        return new SequenceExample<>(examples);
    }

    /**
     * Creates a sequence to predict.
     *
     * @param words the words, at least one
     * @param unknown the output of all words
     */
    public static <T extends Output<T>> SequenceExample<T> of(List<String> words, T unknown) {
        return of(words, words.stream().map(word -> unknown).toList());
    }

    /**
     * Returns the words of a sequence.
     *
     * @throws IllegalArgumentException if an example has no word
     */
    public static <T extends Output<T>> List<String> words(SequenceExample<T> sequence) {
        List<String> words = new ArrayList<>();
        for (Example<T> example : sequence) {
            Object word = example.getMetadataValue(TOKEN).orElse(null);
            if (!(word instanceof String)) {
                throw new IllegalArgumentException("Word " + words.size() + " of a sequence has "
                        + (word == null ? "no text" : "a " + word.getClass().getName() + " instead of a text")
                        + ": its metadata needs a String under '" + TOKEN
                        + "'. Create sequences with WordExamples or ConllSequenceSource."
                        + " MinimumCardinalitySequenceDataset and copies of features do not keep it");
            }
            words.add((String) word);
        }
        return words;
    }
}
