package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;

/**
 * Multi-label classification head: linear layer, a sigmoid for each label, binary cross-entropy loss (mean over the
 * labels). An example has any number of labels, including none. A prediction contains the labels with a probability of
 * at least 0.5. The best epoch is the one with the highest micro-averaged F1.
 */
public final class MultiLabelHead extends LinearHead<MultiLabel> {

    private static final double THRESHOLD = 0.5;

    /** A head with a dropout rate of 0.1 and no dense layer. */
    public MultiLabelHead() {}

    /** A head without a dense layer and with a dropout rate in [0, 1). */
    public MultiLabelHead(double dropout) {
        this(dropout, DenseLayer.NONE);
    }

    /** A head with a dropout rate in [0, 1) and a dense layer before the linear layer. */
    public MultiLabelHead(double dropout, DenseLayer dense) {
        super(dropout, dense);
    }

    @Override
    public Objective<MultiLabel> objective() {
        return new BinaryCrossEntropy();
    }

    @Override
    public HeadMetric metric() {
        return new MicroF1();
    }

    @Override
    public OutputPredictor<MultiLabel> predictor() {
        return new Predictor();
    }

    @Override
    public MultiLabel unknown() {
        return MultiLabelFactory.UNKNOWN_MULTILABEL;
    }

    @Override
    public SortedSet<String> names(MultiLabel output) {
        return new TreeSet<>(output.getNameSet());
    }

    @Override
    public void validate(OutputInfo<MultiLabel> outputs) {
        if (outputs.size() == 0) {
            throw new IllegalArgumentException(
                    "A multi-label classifier needs at least one label, but the data has none");
        }
    }

    private static double sigmoid(float logit) {
        return 1.0 / (1.0 + Math.exp(-logit));
    }

    /** Binary cross-entropy. A target row [C] contains 1 for each label of the example, otherwise 0. */
    private static final class BinaryCrossEntropy implements Objective<MultiLabel> {

        @Override
        public float[] target(MultiLabel output, ImmutableOutputInfo<MultiLabel> outputs) {
            float[] target = new float[outputs.size()];
            for (int id = 0; id < target.length; id++) {
                target[id] = output.contains(outputs.getOutput(id).getLabelString()) ? 1f : 0f;
            }
            return target;
        }

        @Override
        public NDArray loss(NDArray logits, NDArray targets) {
            return Activation.softPlus(logits).sub(logits.mul(targets)).mean(new int[] {1});
        }
    }

    /** Micro-averaged F1 of the predicted labels; 1 if there are neither expected nor predicted labels. */
    private static final class MicroF1 implements HeadMetric {

        @Override
        public String name() {
            return "micro-f1";
        }

        @Override
        public double score(List<float[]> logits, List<float[]> targets) {
            long truePositives = 0;
            long expected = 0;
            long predicted = 0;
            for (int row = 0; row < logits.size(); row++) {
                for (int id = 0; id < logits.get(row).length; id++) {
                    boolean isExpected = targets.get(row)[id] == 1f;
                    boolean isPredicted = sigmoid(logits.get(row)[id]) >= THRESHOLD;
                    expected += isExpected ? 1 : 0;
                    predicted += isPredicted ? 1 : 0;
                    truePositives += isExpected && isPredicted ? 1 : 0;
                }
            }
            return expected + predicted == 0 ? 1.0 : 2.0 * truePositives / (expected + predicted);
        }
    }

    /** Prediction of the labels whose probability reaches the threshold, with the probabilities of all labels. */
    private static final class Predictor implements OutputPredictor<MultiLabel> {

        @Override
        public boolean generatesProbabilities() {
            return true;
        }

        @Override
        public double[] scores(float[] logits) {
            double[] scores = new double[logits.length];
            for (int id = 0; id < scores.length; id++) {
                scores[id] = sigmoid(logits[id]);
            }
            return scores;
        }

        @Override
        public Prediction<MultiLabel> predict(
                float[] logits, ImmutableOutputInfo<MultiLabel> outputs, Example<MultiLabel> example, int used) {
            double[] scores = scores(logits);
            Set<Label> predicted = new HashSet<>();
            Map<String, MultiLabel> labels = new LinkedHashMap<>();
            for (int id = 0; id < scores.length; id++) {
                Label label = new Label(outputs.getOutput(id).getLabelString(), scores[id]);
                labels.put(label.getLabel(), new MultiLabel(Set.of(label), scores[id]));
                if (scores[id] >= THRESHOLD) {
                    predicted.add(label);
                }
            }
            return new Prediction<>(new MultiLabel(predicted), labels, used, example, true);
        }
    }
}
