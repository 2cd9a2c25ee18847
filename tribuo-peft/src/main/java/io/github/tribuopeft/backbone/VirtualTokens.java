package io.github.tribuopeft.backbone;

import java.util.function.IntBinaryOperator;

/**
 * Number of the virtual tokens that a method adds, and their position ids.
 *
 * @param count number of virtual tokens; 0 if the method adds none
 * @param placement placement of their position ids
 */
public record VirtualTokens(int count, Placement placement) {

    /** No virtual tokens. */
    public static final VirtualTokens NONE = new VirtualTokens(0, Placement.NO_POSITION_IDS);

    /**
     * Placement of the position ids of virtual tokens. Only position ids tell a bidirectional encoder the order
     * of tokens.
     */
    public enum Placement {
        /**
         * Before the text: virtual tokens have the position ids 0 to P-1, the text begins with P. This is the placement
         * of Hugging Face PEFT.
         */
        BEFORE((token, count) -> token + count, (index, length) -> index),
        /** Between the first token, such as {@code [CLS]}, and the second one. */
        AFTER_FIRST((token, count) -> token == 0 ? 0 : token + count, (index, length) -> index + 1),
        /** After the last real token of each row. */
        AFTER_LAST((token, count) -> token, (index, length) -> length + index),
        /** Virtual tokens have no position ids. The text begins with position id 0 and may use all positions. */
        NO_POSITION_IDS((token, count) -> token, null);

        // Functions instead of constants with bodies, which OLCUT cannot read from a provenance.
        private final IntBinaryOperator real;
        private final IntBinaryOperator virtual;

        Placement(IntBinaryOperator real, IntBinaryOperator virtual) {
            this.real = real;
            this.virtual = virtual;
        }

        /** Returns the position id of a real token in a row with {@code count} virtual ones. */
        int realPosition(int token, int count) {
            return real.applyAsInt(token, count);
        }

        /** Returns the position id of a virtual token in a row of {@code length} real ones. */
        int virtualPosition(int index, int length) {
            return virtual.applyAsInt(index, length);
        }
    }

    public VirtualTokens {
        if (count < 0) {
            throw new IllegalArgumentException("The number of virtual tokens must not be negative, but is " + count);
        }
    }

    /** Returns the number of positions that virtual tokens use. */
    public int positionsTaken() {
        return placement == Placement.NO_POSITION_IDS ? 0 : count;
    }
}
