package io.github.tribuopeft.backbone;

import java.util.List;
import java.util.Objects;

/**
 * Tokens of a text or of a window of a text, special tokens included.
 *
 * @param ids token ids
 * @param types token type ids, one for each token
 * @param cases the case of each token's word; empty if it is not known
 * @param wordStarts indices of the tokens whose states predict something: the first subwords of the words to predict, or
 *     the tokens before those that a language model predicts; empty if the whole text is to be predicted
 * @param dropped number of tokens that were truncated
 */
public record TokenSequence(int[] ids, int[] types, List<LetterCase> cases, int[] wordStarts, int dropped) {

    public TokenSequence {
        Objects.requireNonNull(ids, "ids");
        if (types.length != ids.length) {
            throw new IllegalArgumentException(
                    "A token sequence has " + ids.length + " ids, but " + types.length + " type ids; expected as many");
        }
        if (!cases.isEmpty() && cases.size() != ids.length) {
            throw new IllegalArgumentException("A token sequence has " + ids.length + " ids, but cases of "
                    + cases.size() + " tokens; expected as many or none");
        }
        cases = List.copyOf(cases);
    }

    /** Creates a sequence of tokens whose words have no known case. */
    public TokenSequence(int[] ids, int[] types, int[] wordStarts, int dropped) {
        this(ids, types, List.of(), wordStarts, dropped);
    }

    /** Returns the number of tokens. */
    public int length() {
        return ids.length;
    }
}
