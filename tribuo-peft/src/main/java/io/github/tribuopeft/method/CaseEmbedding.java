package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.LetterCase;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;

/**
 * Case embedding: a trained row for each {@link LetterCase} is added to the word embedding of each token,
 *
 * <pre>  e(t) + C[case(word of t)]</pre>
 *
 * with 4 × E values, which start at 0. It returns to an uncased backbone what its tokenizer removes, such as the capitals
 * of names, and is used in combination with another method, as in {@code prefix-tuning+case-embedding}. Case as a feature
 * beside the word is that of Collobert et al. 2011, <a href="https://arxiv.org/abs/1103.0398">arXiv 1103.0398</a>.
 *
 * <p>Language models are not supported.
 */
public final class CaseEmbedding implements PeftMethod {

    /** Creates the method, which has no settings. */
    public CaseEmbedding() {}

    @Override
    public String name() {
        return "case-embedding";
    }

    @Override
    public String description() {
        return "a trained embedding of the case of words (Collobert et al., 2011)";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-3;
    }

    @Override
    public boolean needsLayers() {
        return false;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        int width = context.backbone().dimensions().embedding();
        return Map.of(AdapterEntry.CASE.of(), Tensor.zeros(LetterCase.values().length, width));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "CaseEmbedding()";
    }
}
