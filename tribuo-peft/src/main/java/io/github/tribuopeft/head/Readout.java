package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;

/** Which hidden states a head is asked about. */
public interface Readout {

    /** The name by which a model file remembers it. */
    String name();

    /**
     * Picks or pools states.
     *
     * @param hidden states of the real tokens [B, T, H]
     * @param batch the tokens that they belong to
     * @return [R, H], the R rows of all sequences in order
     */
    NDArray rows(NDArray hidden, TokenBatch batch);

    /** Number of rows that it makes of one sequence. */
    int count(TokenSequence sequence);
}
