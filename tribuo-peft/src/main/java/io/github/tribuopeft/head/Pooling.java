package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import java.util.function.BiFunction;

/** One row for a whole text. */
public enum Pooling implements Readout {
    /** The mean over the text's own tokens, special tokens included, padding and virtual tokens excluded. */
    MEAN(Pooling::mean),
    /** The state of the text's own first token, such as {@code [CLS]}. */
    CLS((hidden, batch) -> hidden.get(new NDIndex(":, 0")));

    // A function rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final BiFunction<NDArray, TokenBatch, NDArray> pool;

    Pooling(BiFunction<NDArray, TokenBatch, NDArray> pool) {
        this.pool = pool;
    }

    @Override
    public NDArray rows(NDArray hidden, TokenBatch batch) {
        return pool.apply(hidden, batch);
    }

    @Override
    public int count(TokenSequence sequence) {
        return 1;
    }

    private static NDArray mean(NDArray hidden, TokenBatch batch) {
        NDArray shares = batch.perToken(hidden.getManager(), (length, t) -> 1f / length); // [B, T]
        return shares.expandDims(1).matMul(hidden).squeeze(1);
    }
}
