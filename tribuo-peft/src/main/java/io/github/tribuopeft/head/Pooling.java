package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TextSummary;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** One row for a whole text. */
public enum Pooling implements Readout {
    /** The mean over the text's own tokens, special tokens included, padding and virtual tokens excluded. */
    MEAN(Pooling::mean),
    /** The state of the text's own first token, such as {@code [CLS]}. */
    CLS((hidden, batch) -> hidden.get(new NDIndex(":, 0"))),
    /** The state of the text's own last token, padding excluded: what causal backbones are asked for. */
    LAST(Pooling::last);

    private static final Map<TextSummary, Pooling> BY_SUMMARY =
            Map.of(TextSummary.MEAN, MEAN, TextSummary.FIRST, CLS, TextSummary.LAST, LAST);

    // A function rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final BiFunction<NDArray, TokenBatch, NDArray> pool;

    Pooling(BiFunction<NDArray, TokenBatch, NDArray> pool) {
        this.pool = pool;
    }

    /** The pooling that suits a backbone: what its checkpoint states, else the last token of causal ones and the mean of others. */
    public static Pooling of(Backbone backbone) {
        return BY_SUMMARY.get(backbone.summary());
    }

    @Override
    public NDArray rows(NDArray hidden, TokenBatch batch) {
        return pool.apply(hidden, batch);
    }

    @Override
    public int count(TokenSequence sequence) {
        return 1;
    }

    private static NDArray last(NDArray hidden, TokenBatch batch) {
        long[] places = IntStream.range(0, batch.rows())
                .mapToLong(
                        row -> (long) row * batch.width() + batch.sequence(row).length() - 1)
                .toArray();
        return hidden.reshape(-1, hidden.getShape().get(2))
                .get(new NDIndex("{}", hidden.getManager().create(places)));
    }

    private static NDArray mean(NDArray hidden, TokenBatch batch) {
        NDArray shares = batch.perToken(hidden.getManager(), (length, t) -> 1f / length); // [B, T]
        return shares.expandDims(1).matMul(hidden).squeeze(1);
    }
}
