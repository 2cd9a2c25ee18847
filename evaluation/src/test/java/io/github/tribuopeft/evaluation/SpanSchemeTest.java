package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanSchemeTest {

    private static String read(SpanScheme scheme, String tags) {
        return scheme.spans(List.of(tags.split(" "))).stream()
                .map(Span::toString)
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        O O                | ''                      | ''
        B-A I-A O B-A      | A[0, 2) A[3, 4)         | A[0, 2) A[3, 4)
        B-A B-A I-B        | A[0, 1) A[1, 2) B[2, 3) | A[0, 1) A[1, 2)
        I-A I-A B-A        | A[0, 2) A[2, 3)         | A[2, 3)
        O I-A B-B I-A I-A  | A[1, 2) B[2, 3) A[3, 5) | B[2, 3)
        B-A I-B I-A        | A[0, 1) B[1, 2) A[2, 3) | A[0, 1)
        B I O I            | _[0, 2) _[3, 4)         | _[0, 2)
        B-A-b I-A-b I-A    | A-b[0, 2) A[2, 3)       | A-b[0, 2)
        """)
    void schemes(String tags, String conlleval, String strict) {
        assertThat(read(SpanScheme.CONLLEVAL, tags)).isEqualTo(conlleval);
        assertThat(read(SpanScheme.STRICT, tags)).isEqualTo(strict);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        S-A B-A I-A E-A S-A | A[0, 1) A[1, 4) A[4, 5)
        B-A E-A I-A         | A[0, 2) A[2, 3)
        E-A E-A             | A[0, 1) A[1, 2)
        I-A S-A I-A E-B     | A[0, 1) A[1, 2) A[2, 3) B[3, 4)
        """)
    void endsAndSingles(String tags, String spans) {
        assertThat(read(SpanScheme.CONLLEVAL, tags)).isEqualTo(spans);
    }

    @Test
    void noTags() {
        assertThat(SpanScheme.CONLLEVAL.spans(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CONLLEVAL | O X B-A    | Tag 'X' at position 1: expected O, or one of B I E S,
        CONLLEVAL | B_PER      | Tag 'B_PER' at position 0
        CONLLEVAL | B-         | Tag 'B-' at position 0
        CONLLEVAL | O O b-PER  | Tag 'b-PER' at position 2
        CONLLEVAL | O-PER      | Tag 'O-PER' at position 0
        CONLLEVAL | PER        | Tag 'PER' at position 0
        STRICT    | B-A E-A    | Tag 'E-A' at position 1: expected O, or one of B I,
        STRICT    | S          | Tag 'S' at position 0
        """)
    void rejectsInvalidTags(SpanScheme scheme, String tags, String message) {
        assertThatThrownBy(() -> read(scheme, tags))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void rejectsEmptyTags() {
        assertThatThrownBy(() -> SpanScheme.STRICT.spans(List.of("O", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Tag '' at position 1");
    }

    @Test
    void acceptsTagsOfEntitiesOnly() {
        assertThat(SpanScheme.CONLLEVAL.accepts(List.of("O", "B-A", "I-A", "E-A", "S")))
                .isTrue();
        assertThat(SpanScheme.STRICT.accepts(List.of("O", "E-A"))).isFalse();
        assertThat(SpanScheme.CONLLEVAL.accepts(List.of("NOUN", "VERB"))).isFalse();
    }
}
