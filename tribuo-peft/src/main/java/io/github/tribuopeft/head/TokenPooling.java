package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import java.util.stream.IntStream;

/** One row for each word that a sequence is asked about. */
public enum TokenPooling implements Readout {
    /** The state of a word's first piece (Devlin et al. 2019, section 5.3). */
    FIRST_SUBWORD;

    @Override
    public NDArray rows(NDArray hidden, TokenBatch batch) {
        int[] places = IntStream.range(0, batch.rows())
                .flatMap(row -> IntStream.of(batch.sequence(row).wordStarts()).map(mark -> row * batch.width() + mark))
                .toArray();
        long width = hidden.getShape().get(2);
        long[] indices = IntStream.of(places).asLongStream().toArray();
        NDArray states = hidden.reshape(new Shape(-1, width));
        return states.get(new NDIndex("{}", hidden.getManager().create(indices)));
    }

    @Override
    public int count(TokenSequence sequence) {
        return sequence.wordStarts().length;
    }
}
