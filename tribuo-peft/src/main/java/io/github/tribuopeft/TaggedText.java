package io.github.tribuopeft;

import io.github.tribuopeft.data.WordSplitter;
import java.util.List;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * Text with the tags of its words and the entities that the tags mark.
 *
 * @param text the text as it was given
 * @param words the words of the text with their positions, see {@link WordSplitter}
 * @param predictions the prediction for each word, with the probabilities of all tags
 * @param entities the entities from left to right; they do not overlap
 */
public record TaggedText(
        String text, List<WordSplitter.Word> words, List<Prediction<Label>> predictions, List<Entity> entities) {

    /** Copies the lists. */
    public TaggedText {
        words = List.copyOf(words);
        predictions = List.copyOf(predictions);
        entities = List.copyOf(entities);
    }

    /** Returns the tag of each word. */
    public List<String> tags() {
        return predictions.stream()
                .map(prediction -> prediction.getOutput().getLabel())
                .toList();
    }
}
