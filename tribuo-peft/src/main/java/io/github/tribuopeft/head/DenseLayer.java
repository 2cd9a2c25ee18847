package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.function.UnaryOperator;

/** Dense layer H → H with an activation, between the pooled states and the linear layer of a head. */
public enum DenseLayer {
    /** No dense layer. */
    NONE(UnaryOperator.identity(), 0),
    /** Dense layer with tanh, as in BERT's pooler and RoBERTa's classifier. */
    TANH(NDArray::tanh, 1),
    /** Dense layer with GELU, as in ELECTRA's classifier. */
    GELU(Activation::gelu, 1),
    /** Dense layer with ReLU, as in DistilBERT's classifier. */
    RELU(Activation::relu, 1);

    // A function rather than constants with bodies: OLCUT cannot read the latter from a provenance.
    private final UnaryOperator<NDArray> activation;
    private final int layers;

    DenseLayer(UnaryOperator<NDArray> activation, int layers) {
        this.activation = activation;
        this.layers = layers;
    }

    /** Returns whether the head has a dense layer. */
    boolean isPresent() {
        return layers > 0;
    }

    /** Applies the activation. */
    NDArray activate(NDArray values) {
        return activation.apply(values);
    }
}
