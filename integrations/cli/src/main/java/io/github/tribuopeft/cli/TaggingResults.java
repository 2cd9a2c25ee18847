package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.evaluation.SpanCounts;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import io.github.tribuopeft.evaluation.card.CardMetrics;
import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TagBenchmark;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.Evaluation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceDataset;

/**
 * Results of a tagger.
 *
 * @param data the test set
 * @param tags the predicted tags of each sentence
 * @param probabilities the probabilities of the tags of each word
 * @param evaluation the evaluation of entities
 */
record TaggingResults(
        SequenceDataset<Label> data,
        List<List<String>> tags,
        List<List<Map<String, Double>>> probabilities,
        SpanEvaluation evaluation)
        implements TaskResults {

    private static final String OUTSIDE = "O";

    @Override
    public int examples() {
        return data.size();
    }

    @Override
    public String table() {
        return evaluation.toString();
    }

    @Override
    public Map<String, Object> metrics() {
        Map<String, ClassMetrics> types = new LinkedHashMap<>();
        evaluation.types().forEach((type, counts) -> types.put(type, metrics(counts)));
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("spanF1", evaluation.microAveragedF1());
        metrics.put("spanPrecision", evaluation.microAveragedPrecision());
        metrics.put("spanRecall", evaluation.microAveragedRecall());
        metrics.put("tokenAccuracy", evaluation.tokenAccuracy());
        metrics.put("types", types);
        return metrics;
    }

    private static ClassMetrics metrics(SpanCounts counts) {
        return new ClassMetrics(counts.precision(), counts.recall(), counts.f1(), counts.gold());
    }

    @Override
    public ModelCard addTo(ModelCard card) {
        return card.tested(evaluation, data.size(), CardMetrics.of(evaluation));
    }

    @Override
    public Optional<TestPredictions> predictions() {
        List<TestItem> items = TagBenchmark.items(data, WordExamples::words);
        return Optional.of(new TestPredictions(
                Scoring.of(Task.NER.id()),
                items,
                tags,
                probabilities,
                new Evaluation.Baseline(
                        "no entities",
                        items.stream()
                                .map(item -> Collections.nCopies(item.gold().size(), OUTSIDE))
                                .toList()),
                DataDescription.of(data.getProvenance())));
    }
}
