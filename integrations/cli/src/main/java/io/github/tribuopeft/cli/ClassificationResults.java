package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.MacroF1;
import io.github.tribuopeft.evaluation.card.CardMetrics;
import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.LabelBenchmark;
import io.github.tribuopeft.evaluation.comparison.Scoring;
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
 * @param evaluation Tribuo's evaluation
 */
record ClassificationResults(Dataset<Label> data, SortedSet<String> labels, LabelEvaluation evaluation)
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
    public Optional<TestAnswers> answers() {
        return Optional.of(new TestAnswers(
                Scoring.of(Task.CLASSIFICATION.id()),
                LabelBenchmark.items(data, TextExampleExtractor::text),
                evaluation.getPredictions().stream()
                        .map(prediction -> List.of(prediction.getOutput().getLabel()))
                        .toList(),
                DataDescription.of(data.getProvenance())));
    }
}
