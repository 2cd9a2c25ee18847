package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Linear, ReLU, Linear, ReLU, Linear. */
final class MlpEncoder implements PromptNetwork.Encoder {

    @Override
    public Map<String, Tensor> initialise(int width, int hidden, SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        LinearLayer.add(tensors, "mlp_head.0", width, hidden, random);
        LinearLayer.add(tensors, "mlp_head.2", hidden, hidden, random);
        LinearLayer.add(tensors, "mlp_head.4", hidden, width, random);
        return tensors;
    }

    @Override
    public NDArray rows(NDArray embedding, Map<String, NDArray> trained) {
        NDArray first = Activation.relu(LinearLayer.apply(embedding, trained, "mlp_head.0"));
        NDArray second = Activation.relu(LinearLayer.apply(first, trained, "mlp_head.2"));
        return LinearLayer.apply(second, trained, "mlp_head.4");
    }
}
