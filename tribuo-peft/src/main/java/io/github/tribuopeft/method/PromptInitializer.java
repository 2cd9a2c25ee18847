package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/**
 * Initializer of the rows of a prompt. Initializers can be chained: {@code new LabelTextInitializer().orElse(new
 * SampledVocabularyInitializer())} uses the label names first, then words of the vocabulary. Rows should have the scale
 * of word embeddings, or a short training has little effect (Lester et al. 2021, section 3.2).
 */
public interface PromptInitializer extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Returns up to {@code count} rows of width E.
     *
     * @param count maximum number of rows, at least 1
     */
    List<float[]> rows(int count, MethodContext context);

    /** Returns an initializer that uses this one first, then {@code next}. */
    default PromptInitializer orElse(PromptInitializer next) {
        return new ChainedInitializer(List.of(this, next));
    }
}
