package io.github.tribuopeft.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
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
                .containsEntry("wrong boundary", 1L)
                .containsEntry("spurious", 1L);
        assertThat(scoring.headline(new double[] {0, 0, 0})).isZero();
    }

    @Test
    void severalLabels() {
        Scoring scoring = Scoring.of("multi-label");
        List<TestItem> items = List.of(item("a", "b"), item(), item("a"));
        List<List<String>> predicted = List.of(List.of("a"), List.of(), List.of("b", "c"));
        // one of three predicted labels is correct, and three are gold
        assertThat(scoring.score(items, predicted)).isCloseTo(2.0 / (3 + 3), within(1e-12));
        Map<String, Double> metrics = scoring.metrics(items, predicted);
        assertThat(metrics.keySet()).containsExactly("micro F1", "macro F1", "exact match");
        // F1: a 2·1/(1+2), b 0, c 0
        assertThat(metrics.get("macro F1")).isCloseTo(2 / 3.0 / 3, within(1e-12));
        assertThat(metrics.get("exact match")).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(scoring.classes(items, predicted).get(0))
                .isEqualTo(new Scoring.ClassScore("a", 1.0, 0.5, 2 / 3.0, 2));
        assertThat(scoring.errorKinds(items, predicted))
                .containsEntry("a missing", 1L)
                .containsEntry("b missing", 1L)
                .containsEntry("b spurious", 1L)
                .hasSize(4);
        assertThat(scoring.fits(List.of("a"), List.of())).isTrue();
        assertThat(scoring.headline(new double[] {0, 0, 0})).isZero();
    }

    @Test
    void numbers() {
        Scoring scoring = Scoring.of("regression");
        List<TestItem> items = List.of(item("1.0"), item("3.0"), item("5.0"));
        List<List<String>> predicted = List.of(List.of("2.0"), List.of("3.0"), List.of("3.0"));
        assertThat(scoring.scale("RMSE").moreIsBetter()).isFalse();
        assertThat(scoring.scale("R²").moreIsBetter()).isTrue();
        Map<String, Double> metrics = scoring.metrics(items, predicted);
        assertThat(metrics.keySet()).containsExactly("RMSE", "MAE", "R²");
        assertThat(metrics.get("RMSE"))
                .isEqualTo(scoring.score(items, predicted))
                .isCloseTo(Math.sqrt(5 / 3.0), within(1e-12));
        assertThat(metrics.get("MAE")).isCloseTo(1, within(1e-12));
        assertThat(metrics.get("R²")).isCloseTo(1 - 5 / 8.0, within(1e-12));
        assertThat(scoring.metrics(List.of(item("2")), List.of(List.of("3"))).get("R²"))
                .as("R² of equal values")
                .isNaN();
        assertThat(scoring.fits(List.of("1"), List.of())).isFalse();
    }

    /** Names may contain the character that separates them from the value. */
    @Test
    void namedNumbers() {
        Scoring scoring = Scoring.of("regression");
        List<TestItem> items = List.of(item("a=b=1.0", "c=-2.0"), item("a=b=3.0", "c=2.0"));
        List<List<String>> predicted = List.of(List.of("a=b=1.0", "c=1.0"), List.of("a=b=3.0", "c=2.0"));
        assertThat(scoring.metrics(items, predicted))
                .containsEntry("RMSE of a=b", 0.0)
                .containsEntry("RMSE of c", Math.sqrt(9 / 2.0))
                .containsEntry("RMSE", Math.sqrt(9 / 2.0) / 2);
        assertThat(scoring.headline(new double[] {2, 0, 9})).isEqualTo(scoring.score(items, predicted));
        RegressionScoring.Dimension dimension = new RegressionScoring.Dimension("x", -1e-9);
        assertThat(RegressionScoring.Dimension.parse(dimension.toString())).isEqualTo(dimension);
    }

    @Test
    void unknownTask() {
        assertThatThrownBy(() -> Scoring.of("poetry"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unknown task 'poetry'; expected one of [classification, ner, multi-label, regression]");
    }
}
