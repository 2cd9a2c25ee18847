package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * One label of several: a linear map, softmax, cross-entropy. C × H + C values, and H × H + H more with a {@linkplain DenseLayer dense layer} before
 * it.
 */
public final class LabelHead implements OutputHead<Label> {

    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final String DENSE_WEIGHT = "dense.weight";
    private static final String DENSE_BIAS = "dense.bias";

    @Config(description = "Dropout on the pooled states while training, at least 0 and below 1.")
    private double dropout = 0.1;

    @Config(description = "The layer between the pooled states and the linear map.")
    private DenseLayer dense = DenseLayer.NONE;

    /** A head that drops a tenth of the pooled states while training, as BERT classifiers do. */
    public LabelHead() {}

    /** A head with dropout on the pooled states while training, at least 0 and below 1. */
    public LabelHead(double dropout) {
        this.dropout = dropout;
        postConfig();
    }

    /** A head with dropout on what its layers take while training, at least 0 and below 1, and a dense layer before the linear map. */
    public LabelHead(double dropout, DenseLayer dense) {
        this.dropout = dropout;
        this.dense = dense;
        postConfig();
    }

    /** The layer between the pooled states and the linear map. */
    public DenseLayer dense() {
        return dense;
    }

    @Override
    public void postConfig() {
        if (!(dropout >= 0.0 && dropout < 1.0)) {
            throw new PropertyException("", "dropout", "dropout must be at least 0 and below 1, but is " + dropout);
        }
    }

    @Override
    public void validate(OutputInfo<Label> outputs) {
        if (outputs.size() < 2) {
            throw new IllegalArgumentException("A classifier needs at least two labels to tell apart, but the data has "
                    + (outputs.size() == 0 ? "none" : "only " + outputs.getDomain()));
        }
    }

    @Override
    public List<String> names(ImmutableOutputInfo<Label> outputs) {
        return IntStream.range(0, outputs.size())
                .mapToObj(id -> outputs.getOutput(id).getLabel())
                .toList();
    }

    @Override
    public Map<String, Tensor> initialize(int hidden, ImmutableOutputInfo<Label> outputs, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(WEIGHT, RandomTensors.normal(new Shape(outputs.size(), hidden), 0.02, random));
        tensors.put(BIAS, Tensor.zeros(outputs.size()));
        if (dense.isPresent()) {
            tensors.put(DENSE_WEIGHT, RandomTensors.normal(new Shape(hidden, hidden), 0.02, random));
            tensors.put(DENSE_BIAS, Tensor.zeros(hidden));
        }
        return tensors;
    }

    @Override
    public void requireTensors(Map<String, Tensor> tensors, ImmutableOutputInfo<Label> outputs) {
        Tensor weight = tensors.get(WEIGHT);
        if (weight == null || weight.shape().dimension() != 2) {
            throw new IllegalArgumentException("The head needs a tensor '" + WEIGHT + "' of "
                    + names(outputs).size() + " labels by the hidden width, but has "
                    + (weight == null ? "none" : weight.shape()));
        }
        requireShapes(tensors, shapes(Math.toIntExact(weight.shape().get(1)), outputs.size()));
    }

    private static void requireShapes(Map<String, Tensor> tensors, Map<String, Shape> expected) {
        expected.forEach((name, shape) -> {
            Tensor tensor = tensors.get(name);
            if (tensor == null || !tensor.shape().equals(shape)) {
                throw new IllegalArgumentException("Tensor '" + name + "' of the head is "
                        + (tensor == null ? "missing" : tensor.shape()) + "; expected " + shape);
            }
        });
        tensors.keySet().stream()
                .filter(name -> !expected.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("The head has no tensor '" + name + "'");
                });
    }

    private Map<String, Shape> shapes(int hidden, int labels) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(WEIGHT, new Shape(labels, hidden));
        shapes.put(BIAS, new Shape(labels));
        if (dense.isPresent()) {
            shapes.put(DENSE_WEIGHT, new Shape(hidden, hidden));
            shapes.put(DENSE_BIAS, new Shape(hidden));
        }
        return shapes;
    }

    @Override
    public NDArray logits(NDArray rows, Map<String, NDArray> tensors, Dropout noise) {
        NDArray features = dense.isPresent()
                ? dense.activate(linear(noise.apply(rows, dropout), tensors.get(DENSE_WEIGHT), tensors.get(DENSE_BIAS)))
                : rows;
        return linear(noise.apply(features, dropout), tensors.get(WEIGHT), tensors.get(BIAS));
    }

    private static NDArray linear(NDArray rows, NDArray weight, NDArray bias) {
        return rows.getNDArrayInternal().linear(rows, weight, bias).singletonOrThrow();
    }

    @Override
    public float[] target(Label output, ImmutableOutputInfo<Label> outputs) {
        return new float[] {outputs.getID(output)};
    }

    @Override
    public NDArray loss(NDArray logits, NDArray targets) {
        NDArray ids = targets.get(new NDIndex(":, 0")).toType(DataType.INT64, false);
        return logits.logSoftmax(1)
                .get(new NDIndex().addAllDim().addPickDim(ids))
                .squeeze(1)
                .neg();
    }

    @Override
    public boolean generatesProbabilities() {
        return true;
    }

    @Override
    public double[] scores(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] scores = new double[logits.length];
        double sum = 0;
        for (int id = 0; id < scores.length; id++) {
            scores[id] = Math.exp(logits[id] - largest);
            sum += scores[id];
        }
        for (int id = 0; id < scores.length; id++) {
            scores[id] /= sum;
        }
        return scores;
    }

    @Override
    public Prediction<Label> predict(
            float[] logits, ImmutableOutputInfo<Label> outputs, Example<Label> example, int used) {
        double[] scores = scores(logits);
        Map<String, Label> labels = new LinkedHashMap<>();
        for (int id = 0; id < scores.length; id++) {
            String name = outputs.getOutput(id).getLabel();
            labels.put(name, new Label(name, scores[id]));
        }
        String best = outputs.getOutput(OutputScores.best(scores)).getLabel();
        return new Prediction<>(labels.get(best), labels, used, example, true);
    }

    @Override
    public String metricName() {
        return "accuracy";
    }

    @Override
    public double metric(List<float[]> logits, List<float[]> targets) {
        int right = 0;
        for (int i = 0; i < logits.size(); i++) {
            right += OutputScores.best(scores(logits.get(i))) == (int) targets.get(i)[0] ? 1 : 0;
        }
        return right / (double) logits.size();
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
