package io.github.tribuopeft.backbone;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.ProgramSource;
import java.util.List;
import java.util.Map;

/**
 * Architecture of a model: the program of its family and the dimensions of its weights.
 *
 * @param family name of the family, such as {@code bert}
 * @param program the forward pass: {@code backbone.py} with a family's file such as {@code bert.py} or, for decoders,
 *     {@code llama.py}
 * @param constants constants of the program by name, {@link Long} or {@link Double}
 * @param dimensions the dimensions that methods need
 * @param weights shapes of the frozen weights by name
 * @param linearLayers the linear layers of all transformer layers
 * @param causal whether a token attends only to itself and to tokens before it
 * @param lmHead shapes of the weights that only the language-model head uses. A checkpoint may lack them, and methods
 *     do not change them
 */
public record Architecture(
        String family,
        ProgramSource program,
        Map<String, Number> constants,
        ModelDimensions dimensions,
        Map<String, Shape> weights,
        List<LinearLayer> linearLayers,
        boolean causal,
        Map<String, Shape> lmHead) {

    /** Name of the token type embeddings, if the architecture has them. */
    public static final String TOKEN_TYPES = "embeddings.token_type_embeddings.weight";

    /** An architecture without weights of its own for a language-model head. */
    public Architecture(
            String family,
            ProgramSource program,
            Map<String, Number> constants,
            ModelDimensions dimensions,
            Map<String, Shape> weights,
            List<LinearLayer> linearLayers,
            boolean causal) {
        this(family, program, constants, dimensions, weights, linearLayers, causal, Map.of());
    }

    public Architecture {
        constants = Map.copyOf(constants);
        weights = Map.copyOf(weights);
        linearLayers = List.copyOf(linearLayers);
        lmHead = Map.copyOf(lmHead);
    }

    /** Returns the number of frozen values without those of the language-model head. */
    public long parameters() {
        return weights.values().stream().mapToLong(Shape::size).sum();
    }
}
