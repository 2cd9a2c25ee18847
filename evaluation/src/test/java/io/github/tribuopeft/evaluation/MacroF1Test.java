package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.baseline.DummyClassifierTrainer;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

class MacroF1Test {

    /**
     * Values of {@code sklearn.metrics.f1_score(gold, predicted, average="macro", zero_division=0)}. The training data
     * also contains d.
     */
    @ParameterizedTest
    @CsvSource({
        "aabbcc, aabbcc, 1.0",
        "aabbcc, aabbca, 0.8222222222222223",
        "aabbcc, aabbcd, 0.6666666666666666",
        "aaaa, bbbb, 0.0",
        "aaab, aaaa, 0.42857142857142855",
        "aaae, aaaa, 0.42857142857142855"
    })
    void agreesWithScikitLearn(String gold, String predicted, double expected) {
        MutableDataset<Label> seen =
                new MutableDataset<>(new SimpleDataSourceProvenance("seen", new LabelFactory()), new LabelFactory());
        for (String label : List.of("a", "b", "c", "d", "e")) {
            seen.add(new ArrayExample<>(new Label(label), new String[] {"x"}, new double[] {1}));
        }
        Model<Label> model = DummyClassifierTrainer.createConstantTrainer("a").train(seen);
        List<Prediction<Label>> predictions = new ArrayList<>();
        for (int i = 0; i < gold.length(); i++) {
            Label right = new Label(gold.substring(i, i + 1));
            Label answer = new Label(predicted.substring(i, i + 1), 1.0);
            predictions.add(
                    new Prediction<>(answer, Map.of(answer.getLabel(), answer), 1, new ArrayExample<>(right), true));
        }
        LabelEvaluation evaluation = new LabelEvaluator()
                .evaluate(model, predictions, new SimpleDataSourceProvenance("test", new LabelFactory()));
        assertThat(MacroF1.of(evaluation)).isCloseTo(expected, within(1e-15));
    }
}
