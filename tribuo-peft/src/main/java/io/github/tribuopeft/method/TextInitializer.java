package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.Arrays;
import java.util.List;

/** The words of a text, such as an instruction: PEFT's {@code TEXT}, without its special tokens. */
public final class TextInitializer implements PromptInitializer {

    @Config(mandatory = true, description = "The text, not blank.")
    private String text;

    /** For OLCUT. */
    private TextInitializer() {}

    /** The words of {@code text}, which must not be blank. */
    public TextInitializer(String text) {
        this.text = text;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (text.isBlank()) {
            throw new PropertyException("", "text", "a prompt cannot start from a blank text");
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
