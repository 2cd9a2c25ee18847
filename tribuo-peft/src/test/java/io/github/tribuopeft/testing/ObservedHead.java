package io.github.tribuopeft.testing;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.head.HeadLayer;
import io.github.tribuopeft.head.HeadMetric;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.Objective;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.OutputPredictor;
import java.util.SortedSet;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;

/** Head that runs an observer before each computation of logits, which is once for each batch. */
public final class ObservedHead implements OutputHead<Label> {

    private static volatile Runnable observer = () -> {};

    private final LabelHead head = new LabelHead();

    /** For OLCUT. */
    public ObservedHead() {}

    /** Sets the observer of all heads. */
    public static void observe(Runnable beforeBatch) {
        observer = beforeBatch;
    }

    @Override
    public HeadLayer layer() {
        observer.run();
        return head.layer();
    }

    @Override
    public Objective<Label> objective() {
        return head.objective();
    }

    @Override
    public HeadMetric metric() {
        return head.metric();
    }

    @Override
    public OutputPredictor<Label> predictor() {
        return head.predictor();
    }

    @Override
    public Label unknown() {
        return head.unknown();
    }

    @Override
    public SortedSet<String> names(Label output) {
        return head.names(output);
    }

    @Override
    public void validate(OutputInfo<Label> outputs) {
        head.validate(outputs);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "OutputHead");
    }
}
