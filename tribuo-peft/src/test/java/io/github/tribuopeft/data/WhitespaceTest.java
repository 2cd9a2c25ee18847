package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhitespaceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", " \t", "\u00A0", "\u2003\u3000", "\u200B", "\u2028\u0085", "\uFEFF", "\u2800\u3164", "\u00AD"
            })
    void whitespace(String text) {
        assertThat(Whitespace.isBlank(text)).isTrue();
        assertThat(Whitespace.isBlank(text + "x")).isFalse();
        assertThat(WordSplitter.split(text)).isEmpty();
        assertThat(WordSplitter.split("a" + text + " b" + text))
                .extracting(WordSplitter.Word::text)
                .containsExactly("a", "b");
        assertThatThrownBy(() -> Whitespace.requireName("label", text)).hasMessage("the label is blank");
    }

    @Test
    void namesAreTrimmedAndKeepTheirSpaces() {
        assertThat(Whitespace.requireName("label", " \tWorld News ")).isEqualTo("World News");
        assertThat(Whitespace.requireName("label", "\u2764\uFE0F")).isEqualTo("\u2764\uFE0F");
        assertThat(Whitespace.isBlank("\u0001"))
                .as("a control character is not whitespace")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "good\u00A0",
                "\u2003good",
                "go\u200Bod",
                "good\u200D",
                "\uFEFFgood",
                "go\u00ADod",
                "good\u0085",
                "go\tod",
                "good\u001B[31m",
                "go\nod",
                "good\u202E"
            })
    void hiddenCharactersInNames(String name) {
        assertThatThrownBy(() -> Whitespace.requireName("label", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "the label '[god\\[31m]*<U\\+[0-9A-F]{4}>[god\\[31m]*' contains"
                                + " U\\+[0-9A-F]{4} \\([A-Z0-9 ()-]+\\), which is not visible; remove it or replace it with a space");
    }

    @Test
    void unpairedSurrogates() {
        assertThatThrownBy(() -> Whitespace.requireName("label", "a\uD83D"))
                .hasMessage("the label 'a<U+D83D>' is not valid Unicode: it contains an unpaired surrogate");
        assertThat(Whitespace.requireName("label", "a\uD83D\uDE00")).isEqualTo("a\uD83D\uDE00");
    }

    @Test
    void namesThatLookTheSame() {
        assertThat(Whitespace.requireName("label", "\u00C4rger \u2764\uFE0F")).isEqualTo("\u00C4rger \u2764\uFE0F");
        assertThatThrownBy(() -> Whitespace.requireName("label", "A\u0308rger")).hasMessageContaining("NFC");
        assertThatThrownBy(() -> Whitespace.requireName("label", "A  B")).hasMessageContaining("two spaces in a row");
        for (String selector : new String[] {"\uFE0F", "\uFE00", "\u180B", "\uDB40\uDD00", "\uD82F\uDCA0"}) {
            assertThatThrownBy(() -> Whitespace.requireName("label", "A" + selector))
                    .hasMessageContaining("which is not visible; remove it");
        }
    }
}
