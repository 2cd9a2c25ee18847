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
import java.util.OptionalInt;

/** Opened files of a pretrained model: architecture, weights and tokenizer. */
public interface Checkpoint extends AutoCloseable {

    /** Returns the architecture of the weights. */
    Architecture architecture();

    /** Returns the pooling that the checkpoint defines; empty if it does not define one. */
    default Optional<TextPooling> pooling() {
        return Optional.empty();
    }

    /**
     * Returns a TorchScript module with the layers; empty if the program has layers of its own. The module computes
     * hidden states [B, S, H] from embeddings [B, S, E] in float32 and an int64 mask [B, S] with 1 for rows to attend
     * to.
     */
    default Optional<Path> module() {
        return Optional.empty();
    }

    /**
     * Reads the weights of the architecture, including those of {@link Architecture#lmHead} that the checkpoint has.
     * They are passed one by one in the order of the files, so that at most one of them is in memory in addition to the
     * backbone.
     *
     * @param manager the owner of the arrays
     * @param receiver receives each weight
     */
    void read(NDManager manager, WeightReceiver receiver);

    /** Receiver of weights. */
    @FunctionalInterface
    interface WeightReceiver {
        /**
         * Receives a weight.
         *
         * @param name name of the weight in the architecture
         * @param values values in the format's {@link FloatFormat#transportType}, on any device. The receiver closes
         *     them; their memory may be reused for the next weight
         * @param format number format of the values
         */
        void accept(String name, NDArray values, FloatFormat format);

        /** Receives a weight in float32. */
        default void accept(String name, NDArray values) {
            accept(name, values, FloatFormat.F32);
        }
    }

    /**
     * Reads a tensor that is not part of the architecture, such as BERT's pooler.
     *
     * @param name name without a prefix such as {@code bert.}
     * @return the tensor; empty if the checkpoint does not contain it
     */
    default Optional<Tensor> find(String name) {
        return Optional.empty();
    }

    /**
     * Returns the names of the outputs of the checkpoint's head in the order of the logits; empty if they are unknown.
     */
    default List<String> outputs() {
        return List.of();
    }

    /** Returns the id of the token that ends a text of a language model; empty if the checkpoint does not define one. */
    default OptionalInt endToken() {
        return OptionalInt.empty();
    }

    /** Opens the {@code tokenizer.json}. */
    InputStream tokenizer() throws IOException;

    /** Closes the files. The default does nothing. */
    @Override
    default void close() {}
}
