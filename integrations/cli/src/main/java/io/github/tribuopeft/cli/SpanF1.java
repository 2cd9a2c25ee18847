package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.head.SequenceMetric;
import java.util.List;

/** Micro-averaged F1 of whole entities, in conlleval's reading: what the command line chooses a tagger's best epoch by. */
public final class SpanF1 implements SequenceMetric {

    /** There is nothing to set. */
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
