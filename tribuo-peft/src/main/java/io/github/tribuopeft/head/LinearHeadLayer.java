package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Layers of a head: dropout, an optional dense layer H → H, and a linear layer H → C. The linear layer has C × H + C
 * parameters, the dense layer H × H + H.
 *
 * @param dropout dropout rate of the inputs of each layer during training, [0, 1)
 * @param dense the dense layer
 */
public record LinearHeadLayer(double dropout, DenseLayer dense) implements HeadLayer {

    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final String DENSE_WEIGHT = "dense.weight";
    private static final String DENSE_BIAS = "dense.bias";
    private static final double INITIAL_DEVIATION = 0.02;

    /** @throws PropertyException if the dropout rate is out of range */
    public LinearHeadLayer {
        if (!(dropout >= 0.0 && dropout < 1.0)) {
            throw new PropertyException("", "dropout", "dropout must be in [0, 1), but is " + dropout);
        }
    }

    /**
     * Creates the initial tensors: weights from N(0, 0.02²), biases of zero.
     *
     * @param hidden width H of the inputs
     * @param outputs number C of outputs
     */
    @Override
    public Map<String, Tensor> initialize(int hidden, int outputs, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(WEIGHT, RandomTensors.normal(new Shape(outputs, hidden), INITIAL_DEVIATION, random));
        tensors.put(BIAS, Tensor.zeros(outputs));
        if (dense.isPresent()) {
            tensors.put(DENSE_WEIGHT, RandomTensors.normal(new Shape(hidden, hidden), INITIAL_DEVIATION, random));
            tensors.put(DENSE_BIAS, Tensor.zeros(hidden));
        }
        return tensors;
    }

    /**
     * Checks tensors from a model file.
     *
     * @param outputs number C of outputs
     * @throws IllegalArgumentException if a tensor is missing, unknown or has another shape; the message names it
     */
    @Override
    public void requireTensors(Map<String, Tensor> tensors, int outputs) {
        Tensor weight = tensors.get(WEIGHT);
        if (weight == null || weight.shape().dimension() != 2) {
            throw new IllegalArgumentException("The head needs a tensor '" + WEIGHT + "' of shape (" + outputs
                    + ", hidden width), but has " + (weight == null ? "none" : weight.shape()));
        }
        requireTensors(tensors, Math.toIntExact(weight.shape().get(1)), outputs);
    }

    /**
     * Checks tensors from a model file against the width of a backbone.
     *
     * @param hidden width H of the inputs
     * @param outputs number C of outputs
     * @throws IllegalArgumentException if a tensor is missing, unknown or has another shape; the message names it
     */
    @Override
    public void requireTensors(Map<String, Tensor> tensors, int hidden, int outputs) {
        Map<String, Shape> expected = shapes(hidden, outputs);
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
                    throw new IllegalArgumentException(
                            "Unknown tensor '" + name + "' of the head; expected " + expected.keySet());
                });
    }

    private Map<String, Shape> shapes(int hidden, int outputs) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(WEIGHT, new Shape(outputs, hidden));
        shapes.put(BIAS, new Shape(outputs));
        if (dense.isPresent()) {
            shapes.put(DENSE_WEIGHT, new Shape(hidden, hidden));
            shapes.put(DENSE_BIAS, new Shape(hidden));
        }
        return shapes;
    }

    /**
     * Computes logits.
     *
     * @param rows pooled hidden states [R, H]
     * @param tensors the head's tensors; each row has a head of its own if weights are [R, C, H] and biases [R, C]
     * @param noise dropout masks of the step
     * @return [R, C]
     */
    public NDArray logits(NDArray rows, Map<String, NDArray> tensors, Dropout noise) {
        NDArray features = dense.isPresent()
                ? dense.activate(linear(noise.apply(rows, dropout), tensors.get(DENSE_WEIGHT), tensors.get(DENSE_BIAS)))
                : rows;
        return linear(noise.apply(features, dropout), tensors.get(WEIGHT), tensors.get(BIAS));
    }

    @Override
    public NDArray logits(NDArray rows, UnaryOperator<NDArray> lmHead, Map<String, NDArray> tensors, Dropout noise) {
        return logits(rows, tensors, noise);
    }

    private static NDArray linear(NDArray rows, NDArray weight, NDArray bias) {
        if (weight.getShape().dimension() == 3) {
            return rows.expandDims(1)
                    .matMul(weight.transpose(0, 2, 1))
                    .squeeze(1)
                    .add(bias);
        }
        return rows.getNDArrayInternal().linear(rows, weight, bias).singletonOrThrow();
    }
}
