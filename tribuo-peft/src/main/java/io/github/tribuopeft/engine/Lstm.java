package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Bidirectional LSTM of libtorch. */
public final class Lstm {

    private static final double NO_DROPOUT = 0.0;

    private Lstm() {}

    /**
     * Runs a bidirectional LSTM over one sequence. It starts with states of zero.
     *
     * @param sequence the sequence [T, in]
     * @param weights input weights [4 × hidden, in], recurrent weights [4 × hidden, hidden] and the two biases of each
     *     direction of each layer, in the order of PyTorch
     * @param layers number of layers
     * @return hidden states of both directions [T, 2 × hidden]
     */
    public static NDArray bidirectional(NDArray sequence, NDList weights, int layers) {
        long hidden = weights.get(1).getShape().get(1);
        NDArray zeros = sequence.getManager().zeros(new Shape(2L * layers, 1, hidden));
        return JniUtils.lstm(
                        (PtNDArray) sequence.expandDims(0),
                        new NDList(zeros, zeros),
                        weights,
                        true,
                        layers,
                        NO_DROPOUT,
                        true,
                        true,
                        true)
                .head()
                .squeeze(0);
    }
}
