package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.backbone.LinearTimeRegex.UnsupportedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Regular expressions of published tokenizers are supported; those that may need more than linear time are not. */
class LinearTimeRegexTest {

    private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String SIGNS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|";
    private static final String BLANKS = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // GPT-2
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                // Llama 3, Qwen 2
                ENDINGS + "|" + LETTERS + "\\p{N}{1,3}|" + SIGNS + BLANKS,
                ENDINGS + "|" + LETTERS + "\\p{N}|" + SIGNS + BLANKS,
                // Mistral's Tekken
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
                        + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|"
                        + "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + BLANKS,
                // DeepSeek
                "[\\r\\n]",
                "\\s?\\p{L}+",
                "\\s?\\p{P}+",
                "[一-龥ࠀ-一가-퟿]+",
                "\\p{N}",
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
                        + " ?[\\p{P}\\p{S}]+[\\r\\n]*|" + BLANKS,
                // Falcon
                "[0-9][0-9][0-9]",
                // SentencePiece
                " {2,}",
                "\\s+"
            })
    void publishedExpressions(String regex) throws UnsupportedException {
        assertThat(LinearTimeRegex.shortestMatch(regex)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a*)*b",
                "(a|a)*c",
                "(?:a|b)+c",
                "(?:a+)+",
                "\\s+x",
                "a*a*b",
                "[ab]+[bc]",
                "a{1,}b",
                "a?",
                "a*",
                "a||b",
                "",
                "^a",
                "a$",
                "\\bword",
                "(?=a)b",
                "(?<=a)b",
                "(a)\\1",
                "a++",
                "a+?",
                "a{2}{3}",
                "a{999}",
                "a{3,2}",
                "[a",
                "[]",
                "[[a]]",
                "[a&&b]",
                "(?i:a*)",
                "(?:)",
                "a)",
                "\\",
                "\\p",
                "\\s*[\\r\\n]+|a",
                "\\s*[\\r\\n]+|\\s|\\s+",
                "[a-c]{0,99}[a-c]{0,99}[a-c]{0,99}d"
            })
    void unsupportedExpressions(String regex) {
        assertThatThrownBy(() -> LinearTimeRegex.shortestMatch(regex)).isInstanceOf(UnsupportedException.class);
    }
}
