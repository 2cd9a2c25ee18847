package io.github.tribuopeft.backbone;

/** Names of the entries that describe a batch. Programs read them from the same dictionary as the adapter's entries. */
final class BatchEntries {

    /**
     * 1 for visible rows and 0 for padding: [B, T] for the real tokens, or [B, P + T] for the prompt's rows, too. Absent
     * if nothing is padding.
     */
    static final String MASK = "mask";

    /** Position ids of the prompt's rows [1, P] or [B, P]; without it, the rows get no position embedding. */
    static final String PROMPT_POSITIONS = "prompt.positions";

    /** If present, of any shape, the result contains the states of the prompt's rows. */
    static final String PROMPT_GIVEN = "prompt.given";

    private BatchEntries() {}

    /** Returns the name of the mask of a layer's prefix: 1 for its keys and 0 for padding [B, V]. */
    static String prefixMask(int layer) {
        return "prefix." + layer + ".mask";
    }
}
