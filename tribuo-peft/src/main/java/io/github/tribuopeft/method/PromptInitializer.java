package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/**
 * Where the rows of a prompt start from. Initializers compose: {@code new LabelTextInitializer().orElse(new SampledVocabularyInitializer())} starts with
 * the label names and fills up with words. Starting on the vocabulary's own scale decides whether a short training gets
 * anywhere, see Lester et al. 2021, section 3.2.
 */
public interface PromptInitializer extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Gives rows of width E, as many as it has and at most {@code count}.
     *
     * @param count number of rows wanted, at least 1
     */
    List<float[]> rows(int count, MethodContext context);

    /** This initializer's rows first, then those of {@code next}. */
    default PromptInitializer orElse(PromptInitializer next) {
        return new ChainedInitializer(List.of(this, next));
    }
}
