package io.github.tribuopeft.testing;

import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.architecture.BertVariant;
import io.github.tribuopeft.architecture.Gpt2;
import io.github.tribuopeft.architecture.Llama;
import io.github.tribuopeft.architecture.Llama.Part;
import io.github.tribuopeft.architecture.ModernBert;
import io.github.tribuopeft.architecture.Rotary;
import io.github.tribuopeft.architecture.SlidingWindow;
import io.github.tribuopeft.backbone.Architecture;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Tiny architectures of all families, with the 145 tokens of the tiny tokenizer and 48 positions. The contract of all
 * methods is tested with each of them.
 */
public final class TinyArchitectures {

    private static final SortedMap<String, Architecture> BY_FAMILY = new TreeMap<>(Map.of(
            "bert", bert("bert", 2, 16, 0, 0),
            "roberta", bert("roberta", 1, 16, 2, 0),
            "distilbert", bert("distilbert", 0, 16, 0, 0),
            "electra", bert("electra", 2, 12, 0, 0),
            "mpnet", bert("mpnet", 0, 16, 2, 32),
            // layers with global, local and global attention; most texts are longer than the window
            "modernbert", new ModernBert(145, 48, 16, 3, 2, 24, 1e-5, 2, 3, 160_000, 10_000).architecture(),
            "gpt2", new Gpt2(145, 48, 16, 2, 2, 32, 1e-5, false).architecture(),
            // without biases, tied to the word embeddings
            "llama", llama(4, 2, 4, Rotary.plain(10_000), SlidingWindow.NONE, Set.of()),
            // with all optional parts, and heads that are wider than their share of the hidden
            // width
            "qwen", llama(4, 2, 6, new Rotary(10_000, 8, 1, 4, 16), SlidingWindow.NONE, EnumSet.allOf(Part.class)),
            // each token attends to three tokens, like the first version of Mistral
            "mistral", llama(2, 1, 8, Rotary.linear(10_000, 2), new SlidingWindow(3, 0), Set.of())));

    private TinyArchitectures() {}

    private static Architecture bert(String family, int types, int embedding, int offset, int buckets) {
        Bert sizes = new Bert(145, 48, types, 16, 2, 2, 32, 1e-12);
        return new BertVariant(family, sizes, embedding, offset, buckets).architecture();
    }

    private static Architecture llama(
            int heads, int keyValueHeads, int headWidth, Rotary rotary, SlidingWindow window, Set<Part> parts) {
        return new Llama(145, 48, 16, 2, heads, keyValueHeads, headWidth, 24, 1e-6, rotary, window, parts)
                .architecture();
    }

    /** Returns the names of all families. */
    public static Set<String> families() {
        return BY_FAMILY.keySet();
    }

    /** Returns the names of the decoders. */
    public static Stream<String> decoders() {
        return BY_FAMILY.keySet().stream().filter(family -> of(family).causal());
    }

    /** Returns the architectures of all families. */
    public static Stream<Architecture> all() {
        return BY_FAMILY.values().stream();
    }

    /** Returns the number of layers of a family's backbone. */
    public static int layers(String family) {
        return of(family).dimensions().layers();
    }

    /** Returns the architecture of a family. */
    static Architecture of(String family) {
        return BY_FAMILY.get(family);
    }
}
