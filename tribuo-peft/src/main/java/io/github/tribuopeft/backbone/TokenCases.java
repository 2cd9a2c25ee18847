package io.github.tribuopeft.backbone;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of the words of a text, which whitespace separates, by character. */
final class TokenCases {

    private final LetterCase[] cases;

    /** Finds the words of a text. */
    TokenCases(String text) {
        int[] characters = text.codePoints().toArray();
        cases = new LetterCase[characters.length];
        int start = 0;
        while (start < characters.length) {
            int end = start + 1;
            if (!Character.isWhitespace(characters[start])) {
                while (end < characters.length && !Character.isWhitespace(characters[end])) {
                    end++;
                }
                Arrays.fill(cases, start, end, LetterCase.of(new String(characters, start, end - start)));
            }
            start = end;
        }
    }

    /**
     * Returns the case of each token's word; {@link LetterCase#LOWER} for a token without a word, such as a special
     * token.
     *
     * @param spans the characters of each token, counted in code points; null for tokens that are not in the text
     */
    List<LetterCase> of(CharSpan[] spans) {
        List<LetterCase> ofTokens = new ArrayList<>(spans.length);
        for (CharSpan span : spans) {
            ofTokens.add(span == null ? LetterCase.LOWER : of(span));
        }
        return ofTokens;
    }

    /** The span of a token may begin with the space before a word. */
    private LetterCase of(CharSpan span) {
        for (int i = Math.max(0, span.getStart()); i < Math.min(span.getEnd(), cases.length); i++) {
            if (cases[i] != null) {
                return cases[i];
            }
        }
        return LetterCase.LOWER;
    }
}
