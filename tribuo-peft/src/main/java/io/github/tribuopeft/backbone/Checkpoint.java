package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An opened pretrained model: its architecture, its weights one by one, and its tokenizer. */
public interface Checkpoint extends AutoCloseable {

    /** What the weights are for. */
    Architecture architecture();

    /** The shape of a weight under its Hugging Face name, empty if the checkpoint has no such weight. */
    Optional<Shape> shape(String name);

    /**
     * Gives a weight as a float32 array. On the CPU it may be a view of memory that lives only as long as the array and this checkpoint: whoever
     * keeps the values copies them.
     *
     * @param manager the owner of the array
     * @param name a name for which {@link #shape} is present
     */
    NDArray read(NDManager manager, String name);

    /** The {@code tokenizer.json}. */
    InputStream tokenizer() throws IOException;

    @Override
    void close();
}
