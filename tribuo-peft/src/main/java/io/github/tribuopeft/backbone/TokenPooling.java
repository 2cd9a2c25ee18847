package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import java.util.stream.IntStream;

/** Pooling of a sequence of words to one row for each word. */
public enum TokenPooling implements Pooling {
    /** State of the first subword of each word (Devlin et al. 2019, section 5.3). */
    FIRST_SUBWORD;

    @Override
    public NDArray pool(NDArray hidden, TokenBatch batch) {
        int[][] tokens = IntStream.range(0, batch.rows())
                .mapToObj(row -> batch.sequence(row).wordStarts())
                .toArray(int[][]::new);
        return batch.select(hidden, tokens);
    }

    /** {@inheritDoc} The number of words. */
    @Override
    public int rowCount(TokenSequence sequence) {
        return sequence.wordStarts().length;
    }
}
