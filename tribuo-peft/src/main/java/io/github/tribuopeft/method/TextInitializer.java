package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.Arrays;
import java.util.List;

/**
 * Initializer with the word embeddings of a text, such as an instruction. It is PEFT's {@code TEXT} without special
 * tokens.
 */
public final class TextInitializer implements PromptInitializer {

    @Config(mandatory = true, description = "The text, not blank.")
    private String text;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private TextInitializer() {}

    /**
     * Creates an initializer.
     *
     * @param text the text, not blank
     */
    public TextInitializer(String text) {
        this.text = text;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (text.isBlank()) {
            throw new PropertyException("", "text", "the text of a prompt must not be blank");
        }
    }

    @Override
    public List<float[]> rows(int count, MethodContext context) {
        int[] ids = context.backbone().tokenizer().encodeWithoutSpecialTokens(text);
        return EmbeddingRows.of(context.backbone(), Arrays.copyOf(ids, Math.min(count, ids.length)));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptInitializer");
    }

    @Override
    public String toString() {
        return "TextInitializer(" + text + ")";
    }
}
