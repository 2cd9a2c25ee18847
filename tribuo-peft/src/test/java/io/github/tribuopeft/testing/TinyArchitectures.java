package io.github.tribuopeft.testing;

import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.architecture.BertRelative;
import io.github.tribuopeft.architecture.ModernBert;
import io.github.tribuopeft.backbone.Architecture;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every family at a size that tests can afford, with the 145 word pieces of the tiny tokenizer and 48 positions. A family that is added here
 * goes through the contract of all methods.
 */
public final class TinyArchitectures {

    private static final Map<String, Architecture> BY_FAMILY = Stream.of(
                    bert("bert", 2, 16, 0, 0),
                    bert("roberta", 1, 16, 2, 0),
                    bert("distilbert", 0, 16, 0, 0),
                    bert("electra", 2, 12, 0, 0),
                    bert("mpnet", 0, 16, 2, 32),
                    // global, local, global; a window that most texts are longer than
                    new ModernBert(145, 48, 16, 3, 2, 24, 1e-5, 2, 3, 160_000, 10_000).architecture())
            .collect(Collectors.toMap(Architecture::family, Function.identity(), (one, other) -> one, TreeMap::new));

    private TinyArchitectures() {}

    private static Architecture bert(String family, int types, int embedding, int offset, int buckets) {
        Bert sizes = new Bert(145, 48, types, 16, 2, 2, 32, 1e-12);
        return new BertRelative(family, sizes, embedding, offset, buckets).architecture();
    }

    /** The names of all families. */
    public static Set<String> families() {
        return BY_FAMILY.keySet();
    }

    /** A family's architecture. */
    static Architecture of(String family) {
        return BY_FAMILY.get(family);
    }
}
