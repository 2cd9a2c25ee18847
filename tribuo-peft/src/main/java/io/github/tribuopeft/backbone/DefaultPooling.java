package io.github.tribuopeft.backbone;

/** Which states of a text stand for the whole of it. */
public enum DefaultPooling {
    /** All of them, by their mean. */
    MEAN,
    /** That of the first token, which encoders such as BERT trained for it. */
    FIRST,
    /** That of the last token, the only one that has seen all of a text in a causal backbone. */
    LAST
}
