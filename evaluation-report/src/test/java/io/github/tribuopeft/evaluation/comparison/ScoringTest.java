package io.github.tribuopeft.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoringTest {

    private static TestItem item(String... gold) {
        return new TestItem(List.of(gold), List.of(gold));
    }

    @Test
    void labels() {
        Scoring scoring = Scoring.of("classification");
        List<TestItem> items = List.of(item("a"), item("a"), item("b"), item("c"));
        List<List<String>> predicted = List.of(List.of("a"), List.of("b"), List.of("b"), List.of("b"));
        assertThat(scoring.score(items, predicted)).isEqualTo(0.5);
        // F1: a 2·1/(2+1), b 2·1/(1+3), c 0
        assertThat(scoring.metrics(items, predicted).get("macro F1")).isCloseTo((2 / 3.0 + 0.5 + 0) / 3, within(1e-12));
        assertThat(scoring.classes(items, predicted).get(1))
                .isEqualTo(new Scoring.ClassScore("b", 1 / 3.0, 1.0, 0.5, 1));
        assertThat(scoring.errorKinds(items, predicted))
                .containsEntry("a predicted as b", 1L)
                .hasSize(2);
    }

    @Test
    void spanCountsAddUpToTheScoresOfTheEvaluator() {
        Scoring scoring = Scoring.of("ner");
        List<TestItem> items = List.of(item("B-PER", "I-PER", "O"), item("O", "B-LOC"), item("O"));
        List<List<String>> predicted = List.of(List.of("B-PER", "O", "O"), List.of("O", "B-LOC"), List.of("B-LOC"));
        assertThat(scoring.counts(items.get(0).gold(), predicted.get(0))).containsExactly(0, 1, 1);
        assertThat(scoring.score(items, predicted))
                .isEqualTo(scoring.metrics(items, predicted).get("span F1"))
                .isCloseTo(2.0 / (3 + 2), within(1e-12));
        assertThat(scoring.errorKinds(items, predicted))
                .containsEntry("boundary", 1L)
                .containsEntry("spurious", 1L);
        assertThat(scoring.headline(new double[] {0, 0, 0})).isZero();
    }

    @Test
    void unknownTask() {
        assertThatThrownBy(() -> Scoring.of("poetry"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unknown task 'poetry'; expected classification or ner");
    }
}
