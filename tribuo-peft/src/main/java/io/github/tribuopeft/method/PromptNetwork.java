package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.SplittableRandom;

/** The networks that P-tuning may make its prompt with. */
public enum PromptNetwork {
    /** Three linear layers with ReLU between them. */
    MLP(new MlpEncoder()),
    /** Two layers of LSTM in both directions over the rows, then two linear layers with ReLU between them. */
    LSTM(new LstmEncoder());

    // A field rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final Encoder encoder;

    PromptNetwork(Encoder encoder) {
        this.encoder = encoder;
    }

    Encoder encoder() {
        return encoder;
    }

    /** What a network computes, and where its tensors start. */
    interface Encoder {

        /** The network's tensors by PEFT's names, as PyTorch starts them. */
        Map<String, Tensor> initialize(int width, int hidden, SplittableRandom random);

        /** Rows of the embedding [P, E] in, rows of the prompt [P, E] out. */
        NDArray rows(NDArray embedding, Map<String, NDArray> trained);
    }
}
