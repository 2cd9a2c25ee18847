package io.github.tribuopeft.backbone;

/**
 * Linear layer inside a transformer layer. Methods change it by {@linkplain AdapterEntry entries} with its name.
 *
 * @param name name in the program; the weight is {@code <name>.weight} [out, in] and the bias, if there is one, {@code
 *     <name>.bias} [out]
 * @param role role in the transformer layer
 * @param layer index of the transformer layer, from 0
 * @param in width of the inputs
 * @param out width of the outputs
 */
public record LinearLayer(String name, Role role, int layer, int in, int out) {

    /** Role of a linear layer, the same in all families. */
    public enum Role {
        /** Queries of the attention. */
        QUERY,
        /** Keys of the attention. */
        KEY,
        /** Values of the attention. */
        VALUE,
        /** Output projection of the attention. */
        ATTENTION_OUTPUT,
        /** Gate of a gated feed-forward sublayer. */
        GATE,
        /** First projection of the feed-forward sublayer, to its wider inner states. */
        UP,
        /** Last projection of the feed-forward sublayer, back to the hidden width. */
        DOWN
    }
}
