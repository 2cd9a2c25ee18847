package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

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

    /** Returns 1 for the case of each token's word and 0 for the other cases [B, T, 4]; 0 for padding. */
    NDArray caseIndicators(NDManager manager) {
        int cases = LetterCase.values().length;
        float[] indicators = new float[rows() * width * cases];
        for (int row = 0; row < rows(); row++) {
            List<LetterCase> words = sequences.get(row).cases();
            if (words.isEmpty()) {
                throw new IllegalArgumentException("A case embedding needs the words of the texts, which are not known"
                        + " here; it supports classification, regression and tagging only");
            }
            for (int t = 0; t < words.size(); t++) {
                indicators[(row * width + t) * cases + words.get(t).ordinal()] = 1f;
            }
        }
        return manager.create(indicators, new Shape(rows(), width, cases));
    }

    /** Returns the token type ids [B, T], 0 for padding. */
    NDArray types(NDManager manager) {
        return fill(manager, (row, t) -> sequences.get(row).types()[t]);
    }

    /** Returns the position ids of the real tokens [B, T], 0 for padding. */
    NDArray positions(NDManager manager, VirtualTokens virtual) {
        return fill(manager, (row, t) -> virtual.placement().realPosition(t, virtual.count()));
    }

    /** Returns the position ids of the virtual tokens [B, P], or [1, P] if all rows have the same. */
    NDArray virtualPositions(NDManager manager, VirtualTokens virtual) {
        int rows = virtual.placement() == VirtualTokens.Placement.AFTER_LAST ? rows() : 1;
        long[] positions = new long[rows * virtual.count()];
        for (int i = 0; i < positions.length; i++) {
            int length = sequences.get(i / virtual.count()).length();
            positions[i] = virtual.placement().virtualPosition(i % virtual.count(), length);
        }
        return manager.create(positions, new Shape(rows, virtual.count()));
    }

    /** Returns the number P of prompt rows in hidden states [B, P + T, H]. */
    long promptRows(NDArray hidden) {
        return hidden.getShape().get(1) - width;
    }

    /**
     * Removes the prompt rows from hidden states.
     *
     * @param hidden [B, P + T, H], as {@link Backbone#forward} returns them
     * @return states of the real tokens [B, T, H]
     */
    public NDArray tokenStates(NDArray hidden) {
        return promptRows(hidden) == 0 ? hidden : hidden.get(new NDIndex(":, {}:", promptRows(hidden)));
    }

    /** Selects the states of some real tokens of each row, by their indices: [B, P + T, H] -> [R, H]. */
    NDArray select(NDArray hidden, int[][] tokens) {
        long prompt = promptRows(hidden);
        long[] indices = IntStream.range(0, rows())
                .boxed()
                .flatMapToLong(row -> IntStream.of(tokens[row]).mapToLong(t -> row * (prompt + width) + prompt + t))
                .toArray();
        return hidden.reshape(-1, hidden.getShape().get(2))
                .get(new NDIndex("{}", hidden.getManager().create(indices)));
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
