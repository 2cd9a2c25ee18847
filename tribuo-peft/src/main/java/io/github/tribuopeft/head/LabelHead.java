package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;

/**
 * Single-label classification head: linear layer, softmax, cross-entropy loss. The best epoch is the one of the highest accuracy.
 * The head has C × H + C parameters, and H × H + H more with a {@linkplain DenseLayer dense layer}.
 */
public final class LabelHead implements OutputHead<Label> {

    @Config(description = "Dropout rate of the inputs of each layer during training, [0, 1).")
    private double dropout = 0.1;

    @Config(description = "Dense layer before the linear layer.")
    private DenseLayer dense = DenseLayer.NONE;

    private HeadLayer layer;

    /** A head with a dropout rate of 0.1 and no dense layer, like BERT's classifiers. */
    public LabelHead() {
        postConfig();
    }

    /** A head without a dense layer and with a dropout rate in [0, 1). */
    public LabelHead(double dropout) {
        this(dropout, DenseLayer.NONE);
    }

    /** A head with a dropout rate in [0, 1) and a dense layer before the linear layer. */
    public LabelHead(double dropout, DenseLayer dense) {
        this.dropout = dropout;
        this.dense = dense;
        postConfig();
    }

    /** Returns the dense layer before the linear layer. */
    public DenseLayer dense() {
        return dense;
    }

    /** Checks the settings. Called by OLCUT and by constructors. */
    @Override
    public void postConfig() {
        this.layer = new HeadLayer(dropout, dense);
    }

    @Override
    public HeadLayer layer() {
        return layer;
    }

    @Override
    public Objective<Label> objective() {
        return new CrossEntropy();
    }

    @Override
    public HeadMetric metric() {
        return new Accuracy();
    }

    @Override
    public OutputPredictor<Label> predictor() {
        return new LabelPredictor();
    }

    @Override
    public SortedSet<String> names(Label output) {
        return new TreeSet<>(Set.of(output.getLabel()));
    }

    @Override
    public void validate(OutputInfo<Label> outputs) {
        if (outputs.size() < 2) {
            throw new IllegalArgumentException("A classifier needs at least two labels to tell apart, but the data has "
                    + (outputs.size() == 0 ? "none" : "only " + outputs.getDomain()));
        }
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "OutputHead");
    }

    @Override
    public String toString() {
        return "LabelHead(dropout=" + dropout + ",dense=" + dense + ")";
    }
}
