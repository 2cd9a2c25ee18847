package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.head.SequenceMetric;
import java.util.List;

/**
 * Micro-averaged F1 of entities as conlleval computes it. The command line chooses the best epoch of a tagger by it.
 */
public final class SpanF1 implements SequenceMetric {

    /** Creates the metric. It has no settings. */
    public SpanF1() {}

    @Override
    public String name() {
        return "span-f1";
    }

    @Override
    public double measure(List<List<String>> expected, List<List<String>> found) {
        return new SpanEvaluator().evaluate(expected, found).microAveragedF1();
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
