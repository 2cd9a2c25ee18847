package io.github.tribuopeft.backbone;

import java.util.Objects;

/**
 * One tokenized text, or one window of it, special tokens included.
 *
 * @param ids vocabulary ids, one for each token
 * @param types token type ids
 * @param wordStarts indices of the tokens that stand for the words that are asked about; empty where the whole text is
 * @param dropped number of tokens that did not fit and were cut off
 */
public record TokenSequence(int[] ids, int[] types, int[] wordStarts, int dropped) {

    public TokenSequence {
        Objects.requireNonNull(ids, "ids");
        if (types.length != ids.length) {
            throw new IllegalArgumentException(
                    "A token sequence needs as many types (" + types.length + ") as ids (" + ids.length + ")");
        }
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }
}
