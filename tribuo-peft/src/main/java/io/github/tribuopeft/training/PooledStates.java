package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.VirtualTokens;
import java.util.Map;

/** Computation of the states that a head reads. */
@FunctionalInterface
public interface PooledStates {

    /**
     * Computes the states of a batch.
     *
     * @param scope the owner of all arrays that are created
     * @param batch B rows of tokens
     * @param adapter the adapter's entries by name
     * @param virtual the virtual tokens in {@code adapter}
     * @return the pooled rows of all sequences in order [R, H]
     */
    NDArray compute(NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual);

    /** Returns the computation of all layers. */
    static PooledStates of(Backbone backbone, Pooling pooling) {
        return (scope, batch, adapter, virtual) ->
                pooling.pool(backbone.forward(scope, batch, adapter, virtual), batch);
    }
}
