package io.github.tribuopeft.backbone;

import java.util.function.IntBinaryOperator;

/**
 * How many virtual tokens a method adds, and which position numbers they take.
 *
 * @param count number of virtual tokens, 0 for methods without any
 * @param placement which position numbers they take
 */
public record VirtualTokens(int count, Placement placement) {

    /** No virtual tokens at all. */
    public static final VirtualTokens NONE = new VirtualTokens(0, Placement.NO_POSITION_IDS);

    /** Where virtual tokens stand among the position numbers. A bidirectional encoder knows order by these alone. */
    public enum Placement {
        /** Before the text: virtual tokens take 0 to P-1, the text goes on from P. This is what Hugging Face PEFT does. */
        BEFORE((token, count) -> token + count, (index, length) -> index),
        /** Between the first token, as {@code [CLS]}, and the rest. */
        AFTER_FIRST((token, count) -> token == 0 ? 0 : token + count, (index, length) -> index + 1),
        /** After the last real token of each row. */
        AFTER_LAST((token, count) -> token, (index, length) -> length + index),
        /** Virtual tokens take no position numbers: the text keeps its own, from 0, and its whole length. */
        NO_POSITION_IDS((token, count) -> token, null);

        // Functions rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
        private final IntBinaryOperator real;
        private final IntBinaryOperator virtual;

        Placement(IntBinaryOperator real, IntBinaryOperator virtual) {
            this.real = real;
            this.virtual = virtual;
        }

        /** The position number of a real token of a row, beside {@code count} virtual ones. */
        int realPosition(int token, int count) {
            return real.applyAsInt(token, count);
        }

        /** The position number of a virtual token in a row of {@code length} real ones. */
        int virtualPosition(int index, int length) {
            return virtual.applyAsInt(index, length);
        }
    }

    public VirtualTokens {
        if (count < 0) {
            throw new IllegalArgumentException("The number of virtual tokens must not be negative, but is " + count);
        }
    }

    /** Number of positions that are lost to the text. */
    public int positionsTaken() {
        return placement == Placement.NO_POSITION_IDS ? 0 : count;
    }
}
