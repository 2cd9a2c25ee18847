package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.MacroF1;
import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.MultiLabelBenchmark;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.Evaluation;
import io.github.tribuopeft.serving.PredictionFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.ToDoubleFunction;
import org.tribuo.Dataset;
import org.tribuo.Prediction;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluation;

/**
 * Results of a multi-label classifier.
 *
 * @param data the test set
 * @param labels the labels of the model
 * @param trained the number of training examples with each label; empty if unknown
 * @param trainingExamples the number of training examples
 * @param evaluation Tribuo's evaluation
 */
record MultiLabelResults(
        Dataset<MultiLabel> data,
        SortedSet<String> labels,
        Map<String, Long> trained,
        long trainingExamples,
        MultiLabelEvaluation evaluation)
        implements TaskResults {

    @Override
    public int examples() {
        return evaluation.getPredictions().size();
    }

    @Override
    public String table() {
        return String.format(
                        Locale.ROOT,
                        "micro F1 %.4f, macro F1 %.4f, exact match %.4f on %,d examples%n%n",
                        evaluation.microAveragedF1(),
                        macroF1(),
                        exactMatch(),
                        examples())
                + ClassMetrics.table(scores());
    }

    @Override
    public Map<String, Object> metrics() {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("microF1", evaluation.microAveragedF1());
        metrics.put("macroF1", macroF1());
        metrics.put("subsetAccuracy", exactMatch());
        metrics.put("hammingLoss", hammingLoss());
        metrics.put("jaccard", jaccard());
        metrics.put("labels", scores());
        return metrics;
    }

    @Override
    public ModelCard addTo(ModelCard card) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("micro F1", evaluation.microAveragedF1());
        metrics.put("macro F1", macroF1());
        metrics.put("exact match", exactMatch());
        metrics.put("Hamming loss", hammingLoss());
        metrics.put("Jaccard index", jaccard());
        scores().forEach((name, scores) -> metrics.put("F1 of " + name, scores.f1()));
        return card.tested(evaluation, metrics);
    }

    @Override
    public Optional<TestPredictions> predictions() {
        List<TestItem> items = MultiLabelBenchmark.items(data, TextExampleExtractor::text);
        return Optional.of(new TestPredictions(
                Scoring.of(Task.MULTI_LABEL.id()),
                items,
                evaluation.getPredictions().stream()
                        .map(prediction -> MultiLabelBenchmark.names(prediction.getOutput()))
                        .toList(),
                evaluation.getPredictions().stream()
                        .map(prediction -> List.of(PredictionFields.probabilities(prediction)))
                        .toList(),
                baseline(items),
                DataDescription.of(data.getProvenance())));
    }

    /** Returns the baseline of the labels that most examples have. */
    private Evaluation.Baseline baseline(List<TestItem> items) {
        Map<String, Long> counts = trained.isEmpty() ? Baselines.counts(items) : trained;
        long examples = trained.isEmpty() ? items.size() : trainingExamples;
        List<String> majority = counts.entrySet().stream()
                .filter(label -> 2 * label.getValue() > examples)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return Baselines.constant(
                "labels of most examples of the " + (trained.isEmpty() ? "test" : "training") + " data, "
                        + (majority.isEmpty() ? "none" : String.join(" and ", majority)),
                majority,
                items);
    }

    private Map<String, ClassMetrics> scores() {
        Map<String, ClassMetrics> scores = new LinkedHashMap<>();
        for (String name : labels) {
            scores.put(name, ClassMetrics.of(evaluation, new MultiLabel(name)));
        }
        return scores;
    }

    /** Computes the mean F1 of the labels that occur in the test set or in the predictions, like {@link MacroF1}. */
    private double macroF1() {
        return MacroF1.mean(labels.stream()
                .map(MultiLabel::new)
                .filter(label -> evaluation.tp(label) + evaluation.fp(label) + evaluation.fn(label) > 0)
                .map(evaluation::f1)
                .toList());
    }

    /** Computes the proportion of examples whose labels are all correct. */
    private double exactMatch() {
        return mean(prediction -> expected(prediction).equals(prediction.getOutput()) ? 1 : 0);
    }

    /** Computes the proportion of wrong decisions among all pairs of an example and a label. */
    private double hammingLoss() {
        return (evaluation.fp() + evaluation.fn()) / ((double) examples() * labels.size());
    }

    /** Computes the mean over examples of the intersection of expected and predicted labels, divided by their union. */
    private double jaccard() {
        return mean(prediction -> {
            int union = MultiLabel.unionSize(expected(prediction), prediction.getOutput());
            int intersection = MultiLabel.intersectionSize(expected(prediction), prediction.getOutput());
            return union == 0 ? 1 : (double) intersection / union; // no labels, as expected
        });
    }

    private static MultiLabel expected(Prediction<MultiLabel> prediction) {
        return prediction.getExample().getOutput();
    }

    private double mean(ToDoubleFunction<Prediction<MultiLabel>> score) {
        return evaluation.getPredictions().stream().mapToDouble(score).average().orElseThrow();
    }
}
