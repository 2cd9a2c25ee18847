package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;

/**
 * Selection of the rows that a head reads from hidden states: one row for each text, one for each word, or one for
 * each token whose next token is predicted.
 */
public sealed interface Pooling permits TextPooling, TokenPooling, NextTokenPooling {

    /** Returns the name in model files. */
    String name();

    /**
     * Pools hidden states.
     *
     * @param hidden states of P prompt rows and T real tokens [B, P + T, H], as {@link Backbone#forward} returns them
     * @param batch the tokens
     * @return [R, H], the rows of all sequences in order
     */
    NDArray pool(NDArray hidden, TokenBatch batch);

    /** Returns the number of rows for a sequence. */
    int rowCount(TokenSequence sequence);
}
