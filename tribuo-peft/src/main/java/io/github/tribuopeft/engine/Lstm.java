package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import java.util.List;

/**
 * Bidirectional LSTM (Hochreiter and Schmidhuber 1997) with the weights and the order of gates of PyTorch: input, forget,
 * cell, output. It consists of elementary operations, because on processors of AMD's Zen 5 the LSTM of libtorch 2.7.1
 * computes wrong gradients of the recurrent weights.
 */
public final class Lstm {

    /** Weights of one direction of one layer: input weights, recurrent weights and two biases. */
    private static final int WEIGHTS = 4;

    private static final int GATES = 4;

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
        NDArray states = sequence;
        for (int layer = 0; layer < layers; layer++) {
            int first = 2 * WEIGHTS * layer;
            NDArray forward = direction(states, weights.subList(first, first + WEIGHTS), false);
            NDArray reverse = direction(states, weights.subList(first + WEIGHTS, first + 2 * WEIGHTS), true);
            states = forward.concat(reverse, 1);
        }
        return states;
    }

    /** Returns the hidden states of one direction [T, hidden], in the order of the sequence. */
    private static NDArray direction(NDArray sequence, List<NDArray> weights, boolean reverse) {
        NDArray inputs =
                sequence.matMul(weights.get(0).transpose()).add(weights.get(2)).add(weights.get(3)); // [T, 4 * hidden]
        NDArray recurrent = weights.get(1).transpose();
        int length = Math.toIntExact(sequence.getShape().get(0));
        NDArray[] states = new NDArray[length];
        NDArray hidden = null; // zero
        NDArray cell = null;
        for (int step = 0; step < length; step++) {
            int t = reverse ? length - 1 - step : step;
            NDArray sums = inputs.get(new NDIndex("{}:{}", t, t + 1)); // [1, 4 * hidden]
            if (hidden != null) {
                sums = sums.add(hidden.matMul(recurrent));
            }
            NDList gates = sums.split(GATES, 1);
            NDArray update = Activation.sigmoid(gates.get(0)).mul(gates.get(2).tanh());
            cell = cell == null
                    ? update
                    : Activation.sigmoid(gates.get(1)).mul(cell).add(update);
            hidden = Activation.sigmoid(gates.get(3)).mul(cell.tanh());
            states[t] = hidden;
        }
        return NDArrays.concat(new NDList(states), 0);
    }
}
