package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.ModelDimensions;
import java.util.List;
import java.util.Map;

/**
 * Architecture of a TorchScript module of the user. Only its inputs and outputs are known, so it has no linear layers,
 * keys or values that a method could change.
 *
 * @param vocabulary number of word embeddings
 * @param embedding embedding width E
 * @param hidden hidden width H
 * @param positions maximum number of rows of the module's inputs, those of a prompt included
 */
public record TracedArchitecture(int vocabulary, int embedding, int hidden, int positions) {

    /** Name of the word embeddings, the only weight outside the module. */
    public static final String WORDS = "words.weight";

    /** Returns the architecture. */
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
