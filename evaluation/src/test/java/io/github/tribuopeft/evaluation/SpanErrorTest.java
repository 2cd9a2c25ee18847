package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanErrorTest {

    private static List<Span> spans(String tags) {
        return SpanScheme.CONLLEVAL.spans(List.of(tags.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        B-A I-A O       | B-A I-A O       | ''
        B-A I-A O       | B-A O O         | boundary A[0, 2) A[0, 1)
        B-A I-A O       | O B-A I-A       | boundary A[0, 2) A[1, 3)
        B-A I-A O       | B-B I-B O       | type A[0, 2) B[0, 2)
        B-A I-A O       | B-B I-B I-B     | both A[0, 2) B[0, 3)
        B-A I-A O       | O O B-A         | missed A[0, 2) null; spurious null A[2, 3)
        B-A O B-B       | O O O           | missed A[0, 1) null; missed B[2, 3) null
        O O O           | B-A O B-B       | spurious null A[0, 1); spurious null B[2, 3)
        # a larger overlap precedes equal types
        B-A I-A I-A O   | B-B I-B B-A I-A | both A[0, 3) B[0, 2); spurious null A[2, 4)
        # for equal overlaps, equal types come first
        B-A I-A         | B-B B-A         | boundary A[0, 2) A[1, 2); spurious null B[0, 1)
        # then the left span comes first
        B-A I-A         | B-A B-A         | boundary A[0, 2) A[0, 1); spurious null A[1, 2)
        B-A B-A         | B-A I-A         | boundary A[0, 1) A[0, 2); missed A[1, 2) null
        # two pairs
        B-A I-A B-B I-B | B-A B-B I-B I-B | boundary A[0, 2) A[0, 1); boundary B[2, 4) B[1, 4)
        """)
    void kinds(String gold, String predicted, String errors) {
        assertThat(SpanError.find(7, spans(gold), spans(predicted)).stream()
                        .peek(error -> assertThat(error.sequence()).isEqualTo(7))
                        .map(error -> error.kind() + " " + error.gold() + " " + error.predicted())
                        .collect(Collectors.joining("; ")))
                .isEqualTo(errors);
    }

    @Test
    void everySpanIsCountedOnce() {
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            List<Span> gold = spans(tags(random));
            List<Span> predicted = spans(tags(random));
            List<SpanError> errors = SpanError.find(i, gold, predicted);
            List<Span> correct = gold.stream().filter(predicted::contains).toList();
            assertThat(errors.stream().map(SpanError::gold).filter(g -> g != null))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            gold.stream().filter(g -> !correct.contains(g)).toList());
            assertThat(errors.stream().map(SpanError::predicted).filter(p -> p != null))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            predicted.stream().filter(p -> !correct.contains(p)).toList());
        }
    }

    private static String tags(Random random) {
        List<String> tags = List.of("O", "B-A", "I-A", "I-A", "B-B", "I-B");
        return IntStream.range(0, 12)
                .mapToObj(i -> tags.get(random.nextInt(tags.size())))
                .collect(Collectors.joining(" "));
    }
}
