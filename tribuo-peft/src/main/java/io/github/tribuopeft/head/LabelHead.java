package io.github.tribuopeft.head;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/**
 * Single-label classification head: linear layer, softmax, cross-entropy loss. The best epoch is the one with the
 * highest accuracy. The head has C × H + C parameters, and H × H + H more with a {@linkplain DenseLayer dense layer}.
 */
public final class LabelHead extends LinearHead<Label> {

    /** A head with a dropout rate of 0.1 and no dense layer, like BERT's classifiers. */
    public LabelHead() {}

    /** A head without a dense layer and with a dropout rate in [0, 1). */
    public LabelHead(double dropout) {
        this(dropout, DenseLayer.NONE);
    }

    /** A head with a dropout rate in [0, 1) and a dense layer before the linear layer. */
    public LabelHead(double dropout, DenseLayer dense) {
        super(dropout, dense);
    }

    /** Returns the dense layer before the linear layer. */
    public DenseLayer dense() {
        return layer().dense();
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
    public Label unknown() {
        return LabelFactory.UNKNOWN_LABEL;
    }

    @Override
    public SortedSet<String> names(Label output) {
        return new TreeSet<>(Set.of(output.getLabel()));
    }

    @Override
    public void validate(OutputInfo<Label> outputs) {
        if (outputs.size() < 2) {
            throw new IllegalArgumentException("A classifier needs at least two labels, but the data has "
                    + (outputs.size() == 0 ? "none" : "only " + outputs.getDomain()));
        }
    }
}
