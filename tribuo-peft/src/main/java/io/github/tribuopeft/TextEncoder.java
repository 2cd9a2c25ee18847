package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import java.util.List;
import java.util.OptionalInt;

/**
 * Conversion of texts and words to tokens.
 *
 * @param tokenizer the tokenizer of the backbone
 * @param endToken the token that ends a reply of a language model; empty if it is not known
 * @param maxLength maximum number of tokens in a sequence, including special tokens
 */
record TextEncoder(BackboneTokenizer tokenizer, OptionalInt endToken, int maxLength) {

    /** Encodes a text and truncates it. */
    TokenSequence encode(String text) {
        return tokenizer.encode(text, maxLength);
    }

    /** Returns the encoder of prompts and replies of a language model. */
    ReplyEncoder replies() {
        return new ReplyEncoder(tokenizer, endToken, maxLength);
    }

    /** Encodes sequences of words as windows. */
    List<Tagging.Placed> windows(List<List<String>> sequences) {
        return Tagging.windows(tokenizer, sequences, maxLength);
    }
}
