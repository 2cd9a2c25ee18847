package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/** Metric that chooses the best epoch of a tagger on a development set. */
public interface SequenceMetric extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** Returns the name for reports. */
    String name();

    /**
     * Computes the metric.
     *
     * @param expected the expected tags of each sequence
     * @param predicted the predicted tags of each sequence
     * @return the metric; higher is better
     */
    double measure(List<List<String>> expected, List<List<String>> predicted);
}
