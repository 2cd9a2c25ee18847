package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.ProgramSource;
import java.util.Map;

/** Programs of the families, and weights of language-model heads. */
final class ProgramSources {

    private ProgramSources() {}

    /**
     * Returns the program of a family.
     *
     * @param family name of the file with the layers
     */
    static ProgramSource backbone(String family) {
        return ProgramSource.of(ProgramSources.class, "backbone", Map.of("family", family));
    }

    /** Returns the weights of a language-model head; none if it uses the word embeddings. */
    static Map<String, Shape> lmHead(boolean own, int vocabulary, int hidden) {
        return own ? Map.of("lm_head.weight", new Shape(vocabulary, hidden)) : Map.of();
    }
}
