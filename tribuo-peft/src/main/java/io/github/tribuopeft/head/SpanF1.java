package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.SpanScheme;
import java.util.List;

/**
 * Micro-averaged F1 of entities as conlleval computes it, see {@link SpanScheme#CONLLEVAL}; 0 if no entity is correct.
 */
public final class SpanF1 implements SequenceMetric {

    /** Creates the metric; it has no settings. */
    public SpanF1() {}

    @Override
    public String name() {
        return "span-f1";
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a tag is not a tag of entities
     */
    @Override
    public double measure(List<List<String>> expected, List<List<String>> predicted) {
        return new SpanEvaluator().evaluate(expected, predicted).microAveragedF1();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "SequenceMetric");
    }

    @Override
    public String toString() {
        return "SpanF1()";
    }
}
