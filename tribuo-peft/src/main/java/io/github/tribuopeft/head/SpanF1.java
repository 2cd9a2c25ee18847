package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.spans.Span;
import io.github.tribuopeft.spans.SpanScheme;
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
        long correct = 0;
        long inExpected = 0;
        long inPredicted = 0;
        for (int i = 0; i < expected.size(); i++) {
            List<Span> entities = SpanScheme.CONLLEVAL.spans(expected.get(i));
            List<Span> found = SpanScheme.CONLLEVAL.spans(predicted.get(i));
            inExpected += entities.size();
            inPredicted += found.size();
            correct += found.stream().filter(entities::contains).count();
        }
        return correct == 0 ? 0.0 : 2.0 * correct / (inExpected + inPredicted);
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
