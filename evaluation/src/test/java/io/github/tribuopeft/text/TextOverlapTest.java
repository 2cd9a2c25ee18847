package io.github.tribuopeft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The metrics of generated texts have the values of sacreBLEU and torchmetrics. */
class TextOverlapTest {

    static Stream<JsonNode> cases() throws IOException {
        JsonNode golden = new ObjectMapper().readTree(TextOverlapTest.class.getResource("text-metrics.json"));
        return StreamSupport.stream(golden.get("cases").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsThePythonLibraries(JsonNode golden) {
        TextOverlap overlap = TextOverlap.of(TextPair.of(texts(golden, "generated"), texts(golden, "references")));
        assertThat(overlap.chrF()).as("chrF").isCloseTo(golden.get("chrF").asDouble(), within(1e-6));
        assertThat(overlap.bleu()).as("BLEU").isCloseTo(golden.get("bleu").asDouble(), within(1e-6));
        assertThat(overlap.rougeL())
                .as("ROUGE-L")
                .isCloseTo(golden.get("rougeL").asDouble(), within(1e-4));
        assertThat(overlap.unigramF1())
                .as("F1")
                .isCloseTo(golden.get("unigramF1").asDouble(), within(1e-4));
    }

    private static List<String> texts(JsonNode golden, String key) {
        List<String> texts = new ArrayList<>();
        golden.get(key).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Test
    void needsAReferenceForEachText() {
        assertThatThrownBy(() -> TextPair.of(List.of("a", "b"), List.of("a")))
                .hasMessage("There are 2 generated texts and 1 references; expected as many of both, and at least one");
    }

    @Test
    void diversityCountsDistinctWordsAndPairs() {
        TextDiversity diversity = TextDiversity.of(List.of("a b a b", "a b c d", ""));
        assertThat(diversity.distinct1()).isEqualTo(4.0 / 8);
        assertThat(diversity.distinct2()).isEqualTo(4.0 / 6); // ab, ba, bc, cd
        assertThat(diversity.repetition()).isEqualTo(2.0 / 8);
    }

    @Test
    void hitsNeedTheSmallestLossPerToken() {
        Text right = new Text("yes", 2, -2);
        Text worse = new Text("no", 1, -1.5);
        Text better = new Text("a long reply", 10, -5);
        assertThat(Ranking.hitsAt1(
                        List.of(List.of(right, worse), List.of(right, worse, better), List.of(right, right))))
                .isEqualTo(1.0 / 3);
        assertThatThrownBy(() -> Ranking.hitsAt1(List.of(List.of(right))))
                .hasMessageContaining("at least two candidates");
    }
}
