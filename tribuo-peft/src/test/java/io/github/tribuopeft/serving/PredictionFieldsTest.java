package io.github.tribuopeft.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.regression.Regressor;

/** Fields of predictions by type of output. */
class PredictionFieldsTest {

    private static <T extends Output<T>> Prediction<T> prediction(T output, Map<String, T> scores) {
        Example<T> example = new ArrayExample<>(output, new String[] {"a"}, new double[] {1});
        return new Prediction<>(output, scores, 1, example, true);
    }

    @Test
    void labelsHaveScores() {
        Map<String, Object> fields = PredictionFields.of(prediction(
                new Label("good", 0.75), Map.of("good", new Label("good", 0.75), "bad", new Label("bad", 0.25))));
        assertThat(fields)
                .containsOnly(Map.entry("label", "good"), Map.entry("scores", Map.of("good", 0.75, "bad", 0.25)));
        fields.put("truncated", true);
    }

    @Test
    void severalLabelsAreSorted() {
        Map<String, Object> fields = PredictionFields.of(prediction(
                new MultiLabel(Set.of(new Label("b", 0.75), new Label("a", 0.5))),
                Map.of(
                        "a", new MultiLabel(new Label("a", 0.5)),
                        "b", new MultiLabel(new Label("b", 0.75)),
                        "c", new MultiLabel(new Label("c", 0.125)))));
        assertThat((Iterable<?>) fields.get("labels")).hasToString("[a, b]");
        assertThat(fields).containsEntry("scores", Map.of("a", 0.5, "b", 0.75, "c", 0.125));
    }

    @Test
    void anUnnamedNumberIsAValue() {
        Regressor unnamed = new Regressor(Regressor.DEFAULT_NAME + "-0", 3.5);
        Map<String, Object> fields = PredictionFields.of(prediction(unnamed, Map.of()));
        assertThat(fields).containsOnly(Map.entry("value", 3.5));
        fields.put("truncated", true);
        Regressor named = new Regressor(new String[] {"length", "age"}, new double[] {4, 2});
        assertThat(PredictionFields.of(prediction(named, Map.of())))
                .containsOnly(Map.entry("values", Map.of("length", 4.0, "age", 2.0)));
    }
}
