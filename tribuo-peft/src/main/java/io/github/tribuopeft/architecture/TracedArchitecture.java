package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.ModelDimensions;
import java.util.List;
import java.util.Map;

/**
 * A backbone whose layers are a TorchScript module of the user's own. Nothing is known of them but what goes in and what comes out: there are no linear
 * maps, keys or values that a method could add to.
 *
 * @param vocabulary number of word embeddings
 * @param embedding width E of a word embedding
 * @param hidden width H of the module's states
 * @param positions number of rows that the module takes, those of a prompt included
 */
public record TracedArchitecture(int vocabulary, int embedding, int hidden, int positions) {

    /** The name of the one weight beside the module: the word embeddings. */
    public static final String WORDS = "words.weight";

    /** The architecture of this size. */
    public Architecture architecture() {
        return new Architecture(
                "torchscript",
                ProgramSources.backbone("traced"),
                Map.of("layer_count", 0L),
                new ModelDimensions(0, hidden, embedding, 0, 0, vocabulary, positions),
                Map.of(WORDS, new Shape(vocabulary, embedding)),
                List.of(),
                false);
    }
}
