package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.LetterCase.LOWER;
import static io.github.tribuopeft.backbone.LetterCase.MIXED;
import static io.github.tribuopeft.backbone.LetterCase.TITLE;
import static io.github.tribuopeft.backbone.LetterCase.UPPER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetterCaseTest {

    @ParameterizedTest
    @CsvSource({
        "film, LOWER",
        "42, LOWER",
        "?!, LOWER",
        "straße, LOWER",
        "東京, LOWER",
        "Film, TITLE",
        "I, TITLE",
        "\"Film, TITLE",
        "Émile, TITLE",
        "ǅungla, TITLE",
        "Москва, TITLE",
        "𐐔eseret, TITLE",
        "FILM, UPPER",
        "U.S., UPPER",
        "COVID-19, UPPER",
        "ΑΒΓ, UPPER",
        "iPhone, MIXED",
        "McDonald, MIXED",
        "O'Neil, MIXED",
        "eBay, MIXED"
    })
    void caseOfWord(String word, LetterCase expected) {
        assertThat(LetterCase.of(word)).isEqualTo(expected);
    }

    private static BackboneTokenizer tokenizer() throws IOException {
        return new BackboneTokenizer(new TinyBert().open().tokenizer());
    }

    @Test
    void tokensHaveTheCaseOfTheirWords() throws IOException {
        try (BackboneTokenizer tokenizer = tokenizer()) {
            TokenSequence tokens = tokenizer.encode("😀 The film's CAST, iS\u00a0Good", 40);
            // [CLS] [UNK] the film ' s cast , is good [SEP]
            assertThat(tokens.cases())
                    .containsExactly(LOWER, LOWER, TITLE, LOWER, LOWER, LOWER, UPPER, UPPER, MIXED, MIXED, LOWER);
        }
    }

    @Test
    void truncationKeepsTheCasesOfTheTokensThatStay() throws IOException {
        try (BackboneTokenizer tokenizer = tokenizer()) {
            TokenSequence tokens = tokenizer.encode("THE film Is good", 4);
            assertThat(tokens.cases()).containsExactly(LOWER, UPPER, LOWER, LOWER);
        }
    }

    @Test
    void subwordsHaveTheCaseOfTheirWord() throws IOException {
        try (BackboneTokenizer tokenizer = tokenizer()) {
            TokenizedWords words = tokenizer.encodeWords(List.of("The", "FILM.", "is"));
            assertThat(words.windows(40)).singleElement().satisfies(window -> assertThat(
                            window.tokens().cases())
                    .containsExactly(LOWER, TITLE, UPPER, UPPER, LOWER, LOWER));
        }
    }
}
