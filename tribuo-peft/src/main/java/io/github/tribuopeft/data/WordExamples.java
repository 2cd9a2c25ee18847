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
 * Sequences of words as Tribuo examples: every word in its own example's metadata under {@value #TOKEN}, with the features {@code W=word} and
 * {@code BIAS}, so that Tribuo's CRF trains on the very same dataset.
 */
public final class WordExamples {

    /** Key of the word in an example's metadata, as Tribuo's own BERT extractor has it. */
    public static final String TOKEN = "Token";

    private WordExamples() {}

    /**
     * Makes a sequence.
     *
     * @param words its words, at least one
     * @param outputs an output for each word
     * @throws IllegalArgumentException if there are no words, or not as many outputs
     */
    public static <T extends Output<T>> SequenceExample<T> of(List<String> words, List<T> outputs) {
        if (words.isEmpty() || words.size() != outputs.size()) {
            throw new IllegalArgumentException("A sequence needs at least one word and an output for each, but has "
                    + words.size() + " words and " + outputs.size() + " outputs");
        }
        List<Example<T>> examples = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            examples.add(
                    new ArrayExample<>( // of exactly this size: there may be millions
                            outputs.get(i),
                            new String[] {Model.BIAS_FEATURE, "W=" + words.get(i)},
                            new double[] {1.0, 1.0},
                            Map.of(TOKEN, words.get(i))));
        }
        return new SequenceExample<>(examples);
    }

    /** Makes a sequence whose outputs are to be predicted. */
    public static <T extends Output<T>> SequenceExample<T> of(List<String> words, T unknown) {
        return of(words, words.stream().map(word -> unknown).toList());
    }

    /**
     * The words that a sequence carries.
     *
     * @throws IllegalArgumentException if one carries none
     */
    public static <T extends Output<T>> List<String> words(SequenceExample<T> sequence) {
        List<String> words = new ArrayList<>();
        for (Example<T> example : sequence) {
            Object word = example.getMetadataValue(TOKEN).orElse(null);
            if (!(word instanceof String)) {
                throw new IllegalArgumentException("Word " + words.size() + " of a sequence carries "
                        + (word == null ? "no text" : "a " + word.getClass().getName() + " instead of a text")
                        + ": its metadata needs a String under '" + TOKEN
                        + "'. Make sequences with WordExamples or ConllSequenceSource; MinimumCardinalitySequenceDataset and copies"
                        + " from features alone lose it");
            }
            words.add((String) word);
        }
        return words;
    }
}
