package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** Batch of B token sequences, padded on the right to T tokens. */
public final class TokenBatch {

    private final List<TokenSequence> sequences;
    private final int width;

    /** Creates a batch of at least one sequence. */
    public TokenBatch(List<TokenSequence> sequences) {
        this.sequences = List.copyOf(sequences);
        this.width = sequences.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    }

    /** Returns the number of rows B. */
    public int rows() {
        return sequences.size();
    }

    /** Returns the number of tokens T of the longest row. */
    public int width() {
        return width;
    }

    /** Whether a row is shorter than the longest one. */
    boolean isPadded() {
        return sequences.stream().anyMatch(sequence -> sequence.length() < width);
    }

    /** Returns the sequence of a row. */
    public TokenSequence sequence(int row) {
        return sequences.get(row);
    }

    /** Returns the token ids [B, T], 0 for padding. */
    NDArray ids(NDManager manager) {
        return fill(manager, (row, t) -> sequences.get(row).ids()[t]);
    }

    /** Returns the token type ids [B, T], 0 for padding. */
    NDArray types(NDManager manager) {
        return fill(manager, (row, t) -> sequences.get(row).types()[t]);
    }

    /** Returns the position ids of the real tokens [B, T], 0 for padding. */
    NDArray positions(NDManager manager, VirtualTokens virtual) {
        return fill(manager, (row, t) -> virtual.placement().realPosition(t, virtual.count()));
    }

    /** Returns the position ids of the virtual tokens [B, P]. */
    NDArray virtualPositions(NDManager manager, VirtualTokens virtual) {
        long[] positions = new long[rows() * virtual.count()];
        for (int i = 0; i < positions.length; i++) {
            int length = sequences.get(i / virtual.count()).length();
            positions[i] = virtual.placement().virtualPosition(i % virtual.count(), length);
        }
        return manager.create(positions, new Shape(rows(), virtual.count()));
    }

    /** Returns a float32 value for each token [B, T], 0 for padding. */
    public NDArray perToken(NDManager manager, TokenValue value) {
        float[] values = new float[rows() * width];
        for (int row = 0; row < rows(); row++) {
            int length = sequences.get(row).length();
            for (int t = 0; t < length; t++) {
                values[row * width + t] = value.of(length, t);
            }
        }
        return manager.create(values, new Shape(rows(), width));
    }

    /** Function of the index of a token and the length of its row. */
    @FunctionalInterface
    public interface TokenValue {
        /** Returns the value of token {@code t} in a row of {@code length} tokens. */
        float of(int length, int t);
    }

    private NDArray fill(NDManager manager, IntBinaryOperator value) {
        long[] values = new long[rows() * width];
        for (int row = 0; row < rows(); row++) {
            int length = sequences.get(row).length();
            for (int t = 0; t < length; t++) {
                values[row * width + t] = value.applyAsInt(row, t);
            }
        }
        return manager.create(values, new Shape(rows(), width));
    }
}
