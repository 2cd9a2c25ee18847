package io.github.tribuopeft.backbone;

/**
 * How many virtual tokens a method adds, and which position numbers they take.
 *
 * @param count number of virtual tokens, 0 for methods without any
 * @param placement which position numbers they take
 */
public record VirtualTokens(int count, Placement placement) {

    /** No virtual tokens at all. */
    public static final VirtualTokens NONE = new VirtualTokens(0, Placement.UNNUMBERED);

    /** Where virtual tokens stand among the position numbers. A bidirectional encoder knows order by these alone. */
    public enum Placement {
        /** Before the text: virtual tokens take 0 to P-1, the text goes on from P. This is what Hugging Face PEFT does. */
        BEFORE {
            @Override
            int realPosition(int token, int count) {
                return token + count;
            }

            @Override
            int virtualPosition(int index, int length) {
                return index;
            }
        },
        /** Between the first token, as {@code [CLS]}, and the rest. */
        AFTER_FIRST {
            @Override
            int realPosition(int token, int count) {
                return token == 0 ? 0 : token + count;
            }

            @Override
            int virtualPosition(int index, int length) {
                return index + 1;
            }
        },
        /** After the last real token of each row. */
        AFTER_LAST {
            @Override
            int realPosition(int token, int count) {
                return token;
            }

            @Override
            int virtualPosition(int index, int length) {
                return length + index;
            }
        },
        /** Virtual tokens take no position numbers: the text keeps its own, from 0, and its whole length. */
        UNNUMBERED {
            @Override
            int realPosition(int token, int count) {
                return token;
            }

            @Override
            int virtualPosition(int index, int length) {
                throw new IllegalStateException("unnumbered virtual tokens have no position");
            }
        };

        abstract int realPosition(int token, int count);

        abstract int virtualPosition(int index, int length);
    }

    public VirtualTokens {
        if (count < 0) {
            throw new IllegalArgumentException("The number of virtual tokens must not be negative, but is " + count);
        }
    }

    /** Number of positions that are lost to the text. */
    public int positionsTaken() {
        return placement == Placement.UNNUMBERED ? 0 : count;
    }
}
