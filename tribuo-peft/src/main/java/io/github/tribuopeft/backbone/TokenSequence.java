package io.github.tribuopeft.backbone;

import java.util.Objects;

/**
 * One tokenised text, special tokens included.
 *
 * @param ids vocabulary ids, one for each token
 * @param types token type ids
 * @param words for each token the index of the word it belongs to, -1 for special tokens
 * @param dropped number of tokens that did not fit and were cut off
 */
public record TokenSequence(int[] ids, int[] types, int[] words, int dropped) {

    public TokenSequence {
        Objects.requireNonNull(ids, "ids");
        if (types.length != ids.length || words.length != ids.length) {
            throw new IllegalArgumentException("A token sequence needs as many types (" + types.length + ") and words ("
                    + words.length + ") as ids (" + ids.length + ")");
        }
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }
}
