package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.List;

/** Initializer with the word embeddings of random tokens, PEFT's {@code SAMPLE_VOCAB}. */
public final class SampledVocabularyInitializer implements PromptInitializer {

    /** Creates the initializer, which has no settings. */
    public SampledVocabularyInitializer() {}

    @Override
    public List<float[]> rows(int count, MethodContext context) {
        int vocabulary = context.backbone().dimensions().vocabulary();
        return EmbeddingRows.of(
                context.backbone(), context.random().ints(count, 0, vocabulary).toArray());
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptInitializer");
    }

    @Override
    public String toString() {
        return "SampledVocabularyInitializer()";
    }
}
