package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** Token sequences side by side, padded on the right to the longest: B rows of T tokens. */
public final class TokenBatch {

    private final List<TokenSequence> sequences;
    private final int width;

    /** A batch of at least one sequence. */
    public TokenBatch(List<TokenSequence> sequences) {
        this.sequences = List.copyOf(sequences);
        this.width = sequences.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    }

    /** Number of rows B. */
    public int rows() {
        return sequences.size();
    }

    /** Number of tokens T of the longest row. */
    public int width() {
        return width;
    }

    /** Whether any row is shorter than the longest. */
    boolean isPadded() {
        return sequences.stream().anyMatch(sequence -> sequence.length() < width);
    }

    /** The sequence in a row. */
    public TokenSequence sequence(int row) {
        return sequences.get(row);
    }

    /** Vocabulary ids [B, T], 0 where padded. */
    NDArray ids(NDManager manager) {
        return fill(manager, (row, t) -> sequences.get(row).ids()[t]);
    }

    /** Token types [B, T]. */
    NDArray types(NDManager manager) {
        return fill(manager, (row, t) -> sequences.get(row).types()[t]);
    }

    /** Position numbers of the real tokens [B, T]. */
    NDArray positions(NDManager manager, VirtualTokens virtual) {
        return fill(manager, (row, t) -> virtual.placement().realPosition(t, virtual.count()));
    }

    /** Position numbers of the virtual tokens [B, P]. */
    NDArray virtualPositions(NDManager manager, VirtualTokens virtual) {
        long[] positions = new long[rows() * virtual.count()];
        for (int i = 0; i < positions.length; i++) {
            int length = sequences.get(i / virtual.count()).length();
            positions[i] = virtual.placement().virtualPosition(i % virtual.count(), length);
        }
        return manager.create(positions, new Shape(rows(), virtual.count()));
    }

    /** A value for each token and 0 where padded: [B, T] of float32. */
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

    /** A float32 value that depends on a token's index and on the length of its row. */
    @FunctionalInterface
    public interface TokenValue {
        /** The value for token {@code t} of a row of {@code length} tokens. */
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
