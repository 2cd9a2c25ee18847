package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.DefaultPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** One row for a whole text. */
public enum Pooling implements Readout {
    /** The mean over the text's own tokens, special tokens included, padding and virtual tokens excluded. */
    MEAN(Backbone::forward, Pooling::mean),
    /** The state of the text's own first token, such as {@code [CLS]}. */
    CLS(Backbone::forward, Pooling::first),
    /**
     * The state of the first row of all: a prompt's first virtual token where there is a prompt, the text's first token otherwise. Hugging Face PEFT
     * pools it, and adapters from there are right with nothing else.
     */
    FIRST_VIRTUAL(Backbone::forwardWithPrompt, Pooling::first),
    /** The state of the text's own last token, padding excluded: what causal backbones are asked for. */
    LAST(Backbone::forward, Pooling::last);

    private static final Map<DefaultPooling, Pooling> BY_SUMMARY =
            Map.of(DefaultPooling.MEAN, MEAN, DefaultPooling.FIRST, CLS, DefaultPooling.LAST, LAST);

    // Functions rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final Run run;
    private final BiFunction<NDArray, TokenBatch, NDArray> pool;

    /** Which of a backbone's states are looked at. */
    private interface Run {
        NDArray states(
                Backbone backbone,
                NDManager scope,
                TokenBatch batch,
                Map<String, NDArray> adapter,
                VirtualTokens virtual);
    }

    Pooling(Run run, BiFunction<NDArray, TokenBatch, NDArray> pool) {
        this.run = run;
        this.pool = pool;
    }

    /** The pooling that suits a backbone: what its checkpoint states, else the last token of causal ones and the mean of others. */
    public static Pooling of(Backbone backbone) {
        return BY_SUMMARY.get(backbone.defaultPooling());
    }

    @Override
    public NDArray states(
            Backbone backbone, NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        return run.states(backbone, scope, batch, adapter, virtual);
    }

    @Override
    public NDArray rows(NDArray hidden, TokenBatch batch) {
        return pool.apply(hidden, batch);
    }

    @Override
    public int count(TokenSequence sequence) {
        return 1;
    }

    private static NDArray first(NDArray states, TokenBatch batch) {
        return states.get(new NDIndex(":, 0"));
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
