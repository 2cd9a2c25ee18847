package io.github.tribuopeft.backbone;

/**
 * A linear map of a transformer layer that methods may add to: {@code <name>.lora.A} and the other entries of a program's adapter go by its name.
 *
 * @param name its name in the program; in most families its weight is {@code <name>.weight} [out, in] and its bias {@code <name>.bias}
 * @param role what it does in its layer
 * @param layer number of the layer, from 0
 * @param in width of what it takes
 * @param out width of what it gives
 */
public record LinearLayer(String name, Role role, int layer, int in, int out) {

    /** What a linear map does in its layer: the names that every family shares. */
    public enum Role {
        /** Makes the attention's queries. */
        QUERY,
        /** Makes the attention's keys. */
        KEY,
        /** Makes the attention's values. */
        VALUE,
        /** What follows the attention's heads. */
        ATTENTION_OUTPUT,
        /** The gate of a gated feed-forward sublayer. */
        GATE,
        /** Widens, in the feed-forward sublayer. */
        UP,
        /** Narrows, in the feed-forward sublayer. */
        DOWN
    }
}
