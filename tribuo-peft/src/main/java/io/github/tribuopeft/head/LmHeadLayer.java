package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** The backbone's own language-model head, which has no trained tensors. */
record LmHeadLayer() implements HeadLayer {

    @Override
    public Map<String, Tensor> initialize(int hidden, int outputs, SplittableRandom random) {
        return Map.of();
    }

    @Override
    public void requireTensors(Map<String, Tensor> tensors, int outputs) {
        if (!tensors.isEmpty()) {
            throw new IllegalArgumentException(
                    "Unknown tensors " + tensors.keySet() + " of the head; expected none: it is the backbone's own");
        }
    }

    @Override
    public void requireTensors(Map<String, Tensor> tensors, int hidden, int outputs) {
        requireTensors(tensors, outputs);
    }

    @Override
    public NDArray logits(NDArray rows, UnaryOperator<NDArray> lmHead, Map<String, NDArray> tensors, Dropout noise) {
        return lmHead.apply(rows);
    }
}
