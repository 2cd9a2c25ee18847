package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.tribuopeft.engine.Lstm;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Bidirectional LSTM of two layers, followed by Linear, ReLU, Linear. */
final class LstmEncoder implements PromptNetwork.Encoder {

    private static final int LAYERS = 2;
    private static final String[] PARTS = {"weight_ih", "weight_hh", "bias_ih", "bias_hh"};
    private static final String[] DIRECTIONS = {"", "_reverse"};

    @Override
    public Map<String, Tensor> initialize(int width, int hidden, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        double bound = 1 / Math.sqrt(hidden);
        int in = width;
        for (int layer = 0; layer < LAYERS; layer++) {
            for (String direction : DIRECTIONS) {
                Shape[] shapes = {
                    new Shape(4 * hidden, in),
                    new Shape(4 * hidden, hidden),
                    new Shape(4 * hidden),
                    new Shape(4 * hidden)
                };
                for (int part = 0; part < PARTS.length; part++) {
                    tensors.put(
                            name(PARTS[part], layer, direction), RandomTensors.uniform(shapes[part], bound, random));
                }
            }
            in = 2 * hidden;
        }
        DenseProjection.add(tensors, "mlp_head.0", 2 * hidden, 2 * hidden, random);
        DenseProjection.add(tensors, "mlp_head.2", 2 * hidden, width, random);
        return tensors;
    }

    @Override
    public NDArray rows(NDArray embedding, Map<String, NDArray> trained) {
        NDList weights = new NDList();
        for (int layer = 0; layer < LAYERS; layer++) {
            for (String direction : DIRECTIONS) {
                for (String part : PARTS) {
                    weights.add(trained.get(name(part, layer, direction)));
                }
            }
        }
        NDArray states = Lstm.bidirectional(embedding, weights, LAYERS);
        NDArray inner = Activation.relu(DenseProjection.apply(states, trained, "mlp_head.0"));
        return DenseProjection.apply(inner, trained, "mlp_head.2");
    }

    private static String name(String part, int layer, String direction) {
        return "lstm_head." + part + "_l" + layer + direction;
    }
}
