package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
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
     * A TorchScript module that computes the layers in the program's place: from the embeddings of S rows [B, S, E] of float32, and an int64 mask [B, S]
     * that is 1 where a row is to be seen, to hidden states [B, S, H]. Empty where the program has its layers.
     */
    default Optional<Path> module() {
        return Optional.empty();
    }

    /**
     * Hands over the weights that the architecture names, those of {@link Architecture#vocabularyHead} where there are any included, one by one in the
     * order that is cheapest to read, so that no more than one is in memory beside the backbone.
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
         * @param values its values in float32, or in float16 or float64 as they lie in a file; perhaps a view of memory that is used again for the next weight
         */
        void accept(String name, NDArray values);
    }

    /**
     * Reads a tensor that the architecture does not name, such as BERT's pooler.
     *
     * @param manager the owner of the array
     * @param name its name, without a prefix such as {@code bert.}
     * @return its values as float32; empty if the checkpoint has no such tensor
     */
    default Optional<NDArray> find(NDManager manager, String name) {
        return Optional.empty();
    }

    /** The names of the outputs that the checkpoint was made for, in the order of their logits; empty if it does not say. */
    default List<String> outputs() {
        return List.of();
    }

    /** The {@code tokenizer.json}. */
    InputStream tokenizer() throws IOException;

    @Override
    void close();
}
