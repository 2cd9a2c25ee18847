package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import java.util.Map;

/** Which hidden states a head is asked about. */
public interface Readout {

    /** The name by which a model file remembers it. */
    String name();

    /**
     * Runs a backbone and gives the states that {@link #rows} reads: those of the real tokens, unless a readout says otherwise.
     *
     * @param scope owns every array that is made
     * @param adapter what a method adds, by name
     * @param virtual the virtual tokens in {@code adapter}
     */
    default NDArray states(
            Backbone backbone, NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        return backbone.forward(scope, batch, adapter, virtual);
    }

    /**
     * Picks or pools states.
     *
     * @param hidden what {@link #states} gave, in general states of the real tokens [B, T, H]
     * @param batch the tokens that they belong to
     * @return [R, H], the R rows of all sequences in order
     */
    NDArray rows(NDArray hidden, TokenBatch batch);

    /** Number of rows that it makes of one sequence. */
    int count(TokenSequence sequence);
}
