package io.github.tribuopeft.backbone;

/** Pooling of the hidden states of a text to one state. */
public enum DefaultPooling {
    /** Mean of the states of all tokens. */
    MEAN,
    /** State of the first token, for encoders such as BERT that were pretrained so. */
    FIRST,
    /** State of the last token, the only one in a causal backbone that attends to the whole text. */
    LAST
}
