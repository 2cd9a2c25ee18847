package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.ProgramSource;
import java.util.Map;

/** Programs of this package's families, and the weights of their language models' heads. */
final class ProgramSources {

    private ProgramSources() {}

    /** The program of a backbone whose layers are those of a family's file. */
    static ProgramSource backbone(String family) {
        return ProgramSource.of(ProgramSources.class, "backbone", Map.of("family", family));
    }

    /** The weights of a language model's head. A head without weights of its own uses the word embeddings. */
    static Map<String, Shape> lmHead(boolean own, int vocabulary, int hidden) {
        return own ? Map.of("lm_head.weight", new Shape(vocabulary, hidden)) : Map.of();
    }
}
