package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.text.TextEvaluation;
import io.github.tribuopeft.text.TextLikelihood;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Results of a language model.
 *
 * @param evaluation the likelihood of the replies
 */
record GenerationResults(TextEvaluation evaluation) implements TaskResults {

    @Override
    public int examples() {
        return evaluation.likelihood().texts();
    }

    @Override
    public String table() {
        TextLikelihood likelihood = evaluation.likelihood();
        return String.format(
                Locale.ROOT,
                "Perplexity %.3f per token, %.4f bits per byte; %,d tokens, %,d bytes in %s",
                likelihood.perplexity(),
                likelihood.bitsPerByte(),
                likelihood.tokens(),
                likelihood.bytes(),
                Counted.of(likelihood.texts(), "example", "examples"));
    }

    @Override
    public Map<String, Object> metrics() {
        TextLikelihood likelihood = evaluation.likelihood();
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("perplexity", likelihood.perplexity());
        metrics.put("bitsPerByte", likelihood.bitsPerByte());
        metrics.put("logLikelihood", likelihood.logLikelihood());
        metrics.put("tokens", likelihood.tokens());
        metrics.put("bytes", likelihood.bytes());
        return metrics;
    }

    @Override
    public ModelCard addTo(ModelCard card) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("Perplexity", evaluation.likelihood().perplexity());
        metrics.put("Bits per byte", evaluation.likelihood().bitsPerByte());
        return card.tested(evaluation, metrics);
    }
}
