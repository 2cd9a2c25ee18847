package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An opened pretrained model: its architecture, its weights and its tokenizer. */
public interface Checkpoint extends AutoCloseable {

    /** What the weights are for. */
    Architecture architecture();

    /** How the checkpoint says that a whole text is read from its states; empty if it does not say. */
    default Optional<TextSummary> pooling() {
        return Optional.empty();
    }

    /**
     * Hands over the weights that the architecture names, one by one in the order that is cheapest to read, so that no more than one is in
     * memory beside the backbone.
     *
     * @param manager the owner of the arrays
     * @param receiver copies each weight
     */
    void read(NDManager manager, WeightReceiver receiver);

    /** Takes weights. */
    @FunctionalInterface
    interface WeightReceiver {
        /**
         * Takes a weight.
         *
         * @param name its Hugging Face name
         * @param values its values as float32, perhaps a view of memory that is used again for the next weight
         */
        void accept(String name, NDArray values);
    }

    /** The {@code tokenizer.json}. */
    InputStream tokenizer() throws IOException;

    @Override
    void close();
}
