package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Pooling of a text to one row. */
public enum TextPooling implements Pooling {
    /** Mean of the states of the real tokens, including special tokens. Padding and virtual tokens are excluded. */
    MEAN(TextPooling::mean),
    /** State of the first real token, such as {@code [CLS]}. */
    CLS((hidden, batch) -> hidden.get(new NDIndex(":, {}", batch.promptRows(hidden)))),
    /**
     * State of the first row: the first virtual token of a prompt, or the first real token without a prompt. Hugging Face PEFT pools
     * this row.
     */
    FIRST_VIRTUAL((hidden, batch) -> hidden.get(new NDIndex(":, 0"))),
    /** State of the last real token. In causal backbones, only this token attends to the whole text. */
    LAST(TextPooling::last);

    // A function rather than constants with bodies: OLCUT cannot read the latter from a provenance.
    private final BiFunction<NDArray, TokenBatch, NDArray> pool;

    TextPooling(BiFunction<NDArray, TokenBatch, NDArray> pool) {
        this.pool = pool;
    }

    @Override
    public NDArray pool(NDArray hidden, TokenBatch batch) {
        return pool.apply(hidden, batch);
    }

    /** {@inheritDoc} Always 1. */
    @Override
    public int rowCount(TokenSequence sequence) {
        return 1;
    }

    private static NDArray last(NDArray hidden, TokenBatch batch) {
        int[][] tokens = IntStream.range(0, batch.rows())
                .mapToObj(row -> new int[] {batch.sequence(row).length() - 1})
                .toArray(int[][]::new);
        return batch.select(hidden, tokens);
    }

    private static NDArray mean(NDArray hidden, TokenBatch batch) {
        NDArray weights = batch.perToken(hidden.getManager(), (length, t) -> 1f / length); // [B, T]
        return weights.expandDims(1).matMul(batch.tokenStates(hidden)).squeeze(1);
    }
}
