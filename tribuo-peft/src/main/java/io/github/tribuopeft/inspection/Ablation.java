package io.github.tribuopeft.inspection;

/**
 * Accuracy of a model after a change of some of its virtual tokens.
 *
 * @param part the changed part
 * @param change the change
 * @param accuracy accuracy of the changed model in [0, 1]
 */
public record Ablation(Part part, Change change, double accuracy) {

    /** Part of the virtual tokens of a model; {@link #toString} returns its name in reports. */
    public sealed interface Part permits All, Token, Layer {

        /** Returns whether the part contains vectors of a layer; a prompt enters before layer 0. */
        boolean containsLayer(int layer);

        /** Returns whether the part contains vectors of a virtual token. */
        boolean containsToken(int token);
    }

    /** All virtual tokens in all layers. */
    public record All() implements Part {
        @Override
        public String toString() {
            return "all virtual tokens";
        }

        @Override
        public boolean containsLayer(int layer) {
            return true;
        }

        @Override
        public boolean containsToken(int token) {
            return true;
        }
    }

    /**
     * One virtual token in all layers.
     *
     * @param index index from 0
     */
    public record Token(int index) implements Part {
        @Override
        public String toString() {
            return "token " + index;
        }

        @Override
        public boolean containsLayer(int layer) {
            return true;
        }

        @Override
        public boolean containsToken(int token) {
            return token == index;
        }
    }

    /**
     * The prefix of one layer.
     *
     * @param index index from 0
     */
    public record Layer(int index) implements Part {
        @Override
        public String toString() {
            return "layer " + index;
        }

        @Override
        public boolean containsLayer(int layer) {
            return layer == index;
        }

        @Override
        public boolean containsToken(int token) {
            return true;
        }
    }
}
