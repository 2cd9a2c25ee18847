package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import java.util.stream.IntStream;

/** Pooling of a text to one row for each token whose next token is predicted, for language models. */
public enum NextTokenPooling implements Pooling {
    /** States of the tokens before the predicted ones, which {@link TokenSequence#wordStarts} lists. */
    PREDICTED;

    @Override
    public NDArray pool(NDArray hidden, TokenBatch batch) {
        int[][] tokens = IntStream.range(0, batch.rows())
                .mapToObj(row -> batch.sequence(row).wordStarts())
                .toArray(int[][]::new);
        return batch.select(hidden, tokens);
    }

    /** {@inheritDoc} The number of predicted tokens. */
    @Override
    public int rowCount(TokenSequence sequence) {
        return sequence.wordStarts().length;
    }
}
