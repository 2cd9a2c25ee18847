package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.SplittableRandom;

/** Networks for P-tuning. */
public enum PromptNetwork {
    /** Three linear layers with ReLU between them. */
    MLP(new MlpEncoder()),
    /** Bidirectional LSTM of two layers, followed by two linear layers with ReLU between them. */
    LSTM(new LstmEncoder());

    // A field instead of constants with bodies, which OLCUT cannot read from a provenance.
    private final Encoder encoder;

    PromptNetwork(Encoder encoder) {
        this.encoder = encoder;
    }

    Encoder encoder() {
        return encoder;
    }

    /** Computation and initialization of a network. */
    interface Encoder {

        /** Returns the tensors of the network by PEFT's names, initialized like those of PyTorch. */
        Map<String, Tensor> initialize(int width, int hidden, SplittableRandom random);

        /** Computes the rows of the prompt [P, E] from an embedding [P, E]. */
        NDArray rows(NDArray embedding, Map<String, NDArray> trained);
    }
}
