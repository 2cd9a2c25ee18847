package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An opened pretrained model: its architecture, its weights and its tokenizer. */
public interface Checkpoint extends AutoCloseable {

    /** What the weights are for. */
    Architecture architecture();

    /** Returns the pooling that the checkpoint states; empty if it states none. */
    default Optional<TextPooling> pooling() {
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
     * Hands over the weights that the architecture names, those of {@link Architecture#lmHead} where there are any included, one by one in the
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
         * @param values its values in the format's {@link FloatFormat#transportType}, on any device; perhaps a view of memory that is used again for the next weight
         * @param format what the values are
         */
        void accept(String name, NDArray values, FloatFormat format);

        /** Takes a weight in float32. */
        default void accept(String name, NDArray values) {
            accept(name, values, FloatFormat.F32);
        }
    }

    /**
     * Reads a tensor that the architecture does not name, such as BERT's pooler.
     *
     * @param name its name, without a prefix such as {@code bert.}
     * @return the tensor; empty if the checkpoint has none of this name
     */
    default Optional<Tensor> find(String name) {
        return Optional.empty();
    }

    /** The names of the outputs that the checkpoint was made for, in the order of their logits; empty if it does not say. */
    default List<String> outputs() {
        return List.of();
    }

    /** The {@code tokenizer.json}. */
    InputStream tokenizer() throws IOException;

    /** Closes what it holds open: nothing, if not overridden. */
    @Override
    default void close() {}
}
