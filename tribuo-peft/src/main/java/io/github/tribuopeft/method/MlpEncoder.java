package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** MLP: Linear, ReLU, Linear, ReLU, Linear. */
final class MlpEncoder implements PromptNetwork.Encoder {

    @Override
    public Map<String, Tensor> initialize(int width, int hidden, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        DenseProjection.add(tensors, "mlp_head.0", width, hidden, random);
        DenseProjection.add(tensors, "mlp_head.2", hidden, hidden, random);
        DenseProjection.add(tensors, "mlp_head.4", hidden, width, random);
        return tensors;
    }

    @Override
    public NDArray rows(NDArray embedding, Map<String, NDArray> trained) {
        NDArray first = Activation.relu(DenseProjection.apply(embedding, trained, "mlp_head.0"));
        NDArray second = Activation.relu(DenseProjection.apply(first, trained, "mlp_head.2"));
        return DenseProjection.apply(second, trained, "mlp_head.4");
    }
}
