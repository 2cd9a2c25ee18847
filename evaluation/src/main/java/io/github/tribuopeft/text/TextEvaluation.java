package io.github.tribuopeft.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tribuo.Prediction;
import org.tribuo.evaluation.Evaluation;
import org.tribuo.evaluation.metrics.EvaluationMetric.Average;
import org.tribuo.evaluation.metrics.MetricID;
import org.tribuo.evaluation.metrics.MetricTarget;
import org.tribuo.provenance.EvaluationProvenance;

/** Evaluation of a language model. */
public final class TextEvaluation implements Evaluation<Text> {

    private final TextLikelihood likelihood;
    private final List<Prediction<Text>> predictions;
    private final EvaluationProvenance provenance;

    TextEvaluation(TextLikelihood likelihood, List<Prediction<Text>> predictions, EvaluationProvenance provenance) {
        this.likelihood = likelihood;
        this.predictions = List.copyOf(predictions);
        this.provenance = provenance;
    }

    /** Returns the likelihood of all replies. */
    public TextLikelihood likelihood() {
        return likelihood;
    }

    /** Returns {@code perplexity} and {@code bits-per-byte}. */
    @Override
    public Map<MetricID<Text>, Double> asMap() {
        Map<MetricID<Text>, Double> metrics = new LinkedHashMap<>();
        metrics.put(id("perplexity"), likelihood.perplexity());
        metrics.put(id("bits-per-byte"), likelihood.bitsPerByte());
        return metrics;
    }

    private static MetricID<Text> id(String name) {
        return new MetricID<Text>(new MetricTarget<Text>(Average.MICRO), name);
    }

    @Override
    public List<Prediction<Text>> getPredictions() {
        return predictions;
    }

    @Override
    public EvaluationProvenance getProvenance() {
        return provenance;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "perplexity %.3f, %.4f bits per byte, %,d tokens in %,d texts",
                likelihood.perplexity(),
                likelihood.bitsPerByte(),
                likelihood.tokens(),
                likelihood.texts());
    }
}
