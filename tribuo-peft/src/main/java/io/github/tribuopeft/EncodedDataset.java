package io.github.tribuopeft;

import io.github.tribuopeft.training.TrainingItem;
import java.util.List;

/**
 * Tokenized training examples.
 *
 * @param items the sequences of tokens and their targets; a long example may have several
 * @param texts the text of each example, for initializers
 */
record EncodedDataset(List<TrainingItem> items, List<String> texts) {

    /** Returns the number of items whose text is truncated. */
    int truncated() {
        return (int) items.stream().filter(item -> item.tokens().dropped() > 0).count();
    }
}
