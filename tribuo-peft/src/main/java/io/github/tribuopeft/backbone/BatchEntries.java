package io.github.tribuopeft.backbone;

/** Names of the entries that describe a batch. Programs read them from the same dictionary as the adapter's entries. */
final class BatchEntries {

    /** 1 for real tokens and 0 for padding [B, T]; absent if no token is padding. */
    static final String MASK = "mask";

    /** 1 for the case of each token's word, 0 for the other cases [B, T, 4]. */
    static final String CASE_INDICATORS = "case.indicators";

    /** Embeddings in place of the word embeddings of the text's tokens [B, T, E]. */
    static final String TEXT_EMBEDDINGS = "text.embeddings";

    /** Position ids of the prompt's rows [1, P] or [B, P]; without it, the rows get no position embedding. */
    static final String PROMPT_POSITIONS = "prompt.positions";

    /** If present, of any shape, the result contains the states of the prompt's rows. */
    static final String PROMPT_GIVEN = "prompt.given";

    /** If present, of any shape, the keys and values of a prefix are not written into the cache. */
    static final String PREFIX_KEPT = "prefix.kept";

    /** Keys and values of texts and virtual tokens [2, layers, B, K, C, D]. */
    static final String CACHE_BUFFERS = "cache.buffers";

    /** Position ids of the columns of the cache [B, C], negative for padding. */
    static final String CACHE_POSITIONS = "cache.positions";

    /** Present, of any shape, if a column of the cache is padding. */
    static final String CACHE_PADDED = "cache.padded";

    /** Weights of the queries over which attention is averaged [B, T]; if present, layers record their attention. */
    static final String ATTENTION_QUERIES = "attention.queries";

    private BatchEntries() {}
}
