package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.MacroF1;
import io.github.tribuopeft.evaluation.card.CardMetrics;
import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.LabelBenchmark;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.Evaluation;
import io.github.tribuopeft.serving.PredictionFields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluation;

/**
 * Results of a text classifier.
 *
 * @param data the test set
 * @param labels the labels of the model
 * @param trained the number of training examples of each label; empty if unknown
 * @param evaluation Tribuo's evaluation
 */
record ClassificationResults(
        Dataset<Label> data, SortedSet<String> labels, Map<String, Long> trained, LabelEvaluation evaluation)
        implements TaskResults {

    @Override
    public int examples() {
        return data.size();
    }

    @Override
    public String table() {
        return String.format(
                        Locale.ROOT,
                        "accuracy %.4f, macro F1 %.4f on %,d examples%n%n",
                        evaluation.accuracy(),
                        MacroF1.of(evaluation),
                        data.size())
                + ClassMetrics.table(scores());
    }

    @Override
    public Map<String, Object> metrics() {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", evaluation.accuracy());
        metrics.put("macroF1", MacroF1.of(evaluation));
        metrics.put("microF1", evaluation.microAveragedF1());
        metrics.put("labels", scores());
        return metrics;
    }

    private Map<String, ClassMetrics> scores() {
        Map<String, ClassMetrics> scores = new LinkedHashMap<>();
        for (String name : labels) {
            scores.put(name, ClassMetrics.of(evaluation, new Label(name)));
        }
        return scores;
    }

    @Override
    public ModelCard addTo(ModelCard card) {
        return card.tested(evaluation, CardMetrics.of(evaluation));
    }

    @Override
    public Optional<TestPredictions> predictions() {
        List<TestItem> items = LabelBenchmark.items(data, TextExampleExtractor::text);
        return Optional.of(new TestPredictions(
                Scoring.of(Task.CLASSIFICATION.id()),
                items,
                evaluation.getPredictions().stream()
                        .map(prediction -> List.of(prediction.getOutput().getLabel()))
                        .toList(),
                evaluation.getPredictions().stream()
                        .map(prediction -> List.of(PredictionFields.probabilities(prediction)))
                        .toList(),
                baseline(items),
                DataDescription.of(data.getProvenance())));
    }

    private Evaluation.Baseline baseline(List<TestItem> items) {
        Map<String, Long> counts = trained.isEmpty() ? Baselines.counts(items) : trained;
        String label =
                Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
        return Baselines.constant(
                "most frequent label of the " + (trained.isEmpty() ? "test" : "training") + " data, " + label,
                List.of(label),
                items);
    }
}
