package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.function.UnaryOperator;

/** What a classifier computes between the pooled states and its linear map: a layer H to H, by its activation. */
public enum DenseLayer {
    /** Nothing: the linear map sees the pooled states themselves. */
    NONE(UnaryOperator.identity(), 0),
    /** A dense layer and tanh, as in BERT's pooler and RoBERTa's classifier. */
    TANH(NDArray::tanh, 1),
    /** A dense layer and the Gaussian error unit, as in ELECTRA's classifier. */
    GELU(Activation::gelu, 1),
    /** A dense layer and the rectifier, as in DistilBERT's classifier. */
    RELU(Activation::relu, 1);

    // A function rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final UnaryOperator<NDArray> activation;
    private final int layers;

    DenseLayer(UnaryOperator<NDArray> activation, int layers) {
        this.activation = activation;
        this.layers = layers;
    }

    /** Whether there is a layer at all. */
    boolean isPresent() {
        return layers > 0;
    }

    /** The activation. */
    NDArray activate(NDArray values) {
        return activation.apply(values);
    }
}
