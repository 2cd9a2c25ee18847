package io.github.tribuopeft.backbone;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.util.Optional;

/**
 * Range of characters in a text, counted as {@link String#substring(int, int)} counts them.
 *
 * @param begin index of the first character
 * @param end index after the last character, larger than {@code begin}
 */
public record CharacterRange(int begin, int end) {

    /** Converts the span of a token, which counts code points and is null for tokens that are not in the text. */
    static Optional<CharacterRange> of(String text, CharSpan span) {
        if (span == null || span.getStart() < 0 || span.getEnd() <= span.getStart()) {
            return Optional.empty();
        }
        int begin = text.offsetByCodePoints(0, span.getStart());
        return Optional.of(new CharacterRange(begin, text.offsetByCodePoints(begin, span.getEnd() - span.getStart())));
    }
}
