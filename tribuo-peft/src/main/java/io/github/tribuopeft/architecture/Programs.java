package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Program;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this package's families share: how their programs are put together, and the language model's head. */
final class Programs {

    private Programs() {}

    /** A family's program: its own methods, then those that all families share. Both are the body of one class. */
    static String source(String family) {
        return join(family, "common.py");
    }

    /** A causal family's program: beside that, decoders share what a state may see. */
    static String decoder(String family) {
        return join(family, "decoder.py", "common.py");
    }

    /** The weights of a language model's head, which are the word embeddings where it has none of its own. */
    static Map<String, Shape> vocabularyHead(boolean own, int vocabulary, int hidden) {
        return own ? Map.of("lm_head.weight", new Shape(vocabulary, hidden)) : Map.of();
    }

    /** A program whose layers are not its own. */
    static String withoutLayers(String program) {
        return join(program);
    }

    /** Files in this order, then what all programs share. */
    private static String join(String... files) {
        return Stream.concat(Stream.of(files), Stream.of("weights.py"))
                .map(file -> Program.source(Programs.class, file))
                .collect(Collectors.joining("\n"));
    }
}
