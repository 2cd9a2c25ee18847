package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;

/** One row for a whole text. */
public enum Pooling implements Readout {
    /** The mean over the text's own tokens, special tokens included, padding and virtual tokens excluded. */
    MEAN {
        @Override
        public NDArray rows(NDArray hidden, TokenBatch batch) {
            NDArray shares = batch.perToken(hidden.getManager(), (length, t) -> 1f / length); // [B, T]
            return shares.expandDims(1).matMul(hidden).squeeze(1);
        }
    },
    /** The state of the text's own first token, such as {@code [CLS]}. */
    CLS {
        @Override
        public NDArray rows(NDArray hidden, TokenBatch batch) {
            return hidden.get(new NDIndex(":, 0"));
        }
    };

    @Override
    public int count(TokenSequence sequence) {
        return 1;
    }
}
