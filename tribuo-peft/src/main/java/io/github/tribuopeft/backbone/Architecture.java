package io.github.tribuopeft.backbone;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.ProgramSource;
import java.util.List;
import java.util.Map;

/**
 * What a family of models computes, for one size of it.
 *
 * @param family the family's name, such as {@code bert}
 * @param program the forward pass: {@code backbone.py} with a family's file such as {@code bert.py} or, for decoders,
 *     {@code llama.py}
 * @param constants the numbers that the program reads from itself: {@link Long} or {@link Double} by name
 * @param dimensions the sizes that methods need
 * @param weights the weights that the program reads, by name, with the shape that each must have
 * @param linearLayers the linear maps of all layers, which methods may add to
 * @param causal whether a token sees only those before it, so that the last one alone knows the whole text
 * @param lmHead further weights, which only a language model's head reads and which a checkpoint may lack; methods leave them alone
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

    /** The name of the embeddings of token types, one of {@link #weights} in architectures that have them. */
    public static final String TOKEN_TYPES = "embeddings.token_type_embeddings.weight";

    /** An architecture without weights for a language model's head alone. */
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

    /** Number of frozen values. */
    public long parameters() {
        return weights.values().stream().mapToLong(Shape::size).sum();
    }
}
