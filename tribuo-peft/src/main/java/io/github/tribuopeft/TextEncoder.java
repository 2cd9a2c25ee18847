package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import java.util.List;

/**
 * Conversion of texts and words to tokens.
 *
 * @param tokenizer the tokenizer of the backbone
 * @param maxLength maximum number of tokens in a sequence, including special tokens
 */
record TextEncoder(BackboneTokenizer tokenizer, int maxLength) {

    /** Encodes a text and truncates it. */
    TokenSequence encode(String text) {
        return tokenizer.encode(text, maxLength);
    }

    /** Encodes sequences of words as windows. */
    List<Tagging.Placed> windows(List<List<String>> sequences) {
        return Tagging.windows(tokenizer, sequences, maxLength);
    }
}
