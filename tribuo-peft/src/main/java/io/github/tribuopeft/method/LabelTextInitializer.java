package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Initializer with one row for each output: the mean of the word embeddings of its name (Lester et al. 2021). A name
 * such as {@code card_arrival} has two words.
 */
public final class LabelTextInitializer implements PromptInitializer {

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[_\\W]+|(?<=[a-z])(?=[A-Z])");

    /** Returns the words in the name of an output, separated by spaces: {@code card arrival} for {@code card_arrival}. */
    public static String words(String name) {
        return String.join(" ", BETWEEN_WORDS.split(name));
    }

    /** Creates the initializer, which has no settings. */
    public LabelTextInitializer() {}

    @Override
    public List<float[]> rows(int count, MethodContext context) {
        return context.outputs().stream()
                .map(LabelTextInitializer::words)
                .map(words -> context.backbone().tokenizer().encodeWithoutSpecialTokens(words))
                .flatMap(ids -> EmbeddingRows.mean(EmbeddingRows.of(context.backbone(), ids)).stream())
                .limit(count)
                .toList();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptInitializer");
    }

    @Override
    public String toString() {
        return "LabelTextInitializer()";
    }
}
