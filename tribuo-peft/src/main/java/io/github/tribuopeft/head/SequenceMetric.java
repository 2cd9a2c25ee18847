package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/** By what a tagger's best epoch is chosen on a development set. */
public interface SequenceMetric extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** Its name in reports. */
    String name();

    /**
     * Measures tags.
     *
     * @param expected the right tags of each sequence
     * @param found the predicted tags of each sequence, as many
     * @return higher is better
     */
    double measure(List<List<String>> expected, List<List<String>> found);
}
