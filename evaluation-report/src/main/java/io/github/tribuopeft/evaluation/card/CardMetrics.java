package io.github.tribuopeft.evaluation.card;

import io.github.tribuopeft.evaluation.MacroF1;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluation;

/** Metrics of an evaluation for a model card, by display name; the headline metric is first. */
public final class CardMetrics {

    private CardMetrics() {}

    /** Returns accuracy, {@linkplain MacroF1 macro F1} and the F1 of each label. */
    public static Map<String, Double> of(LabelEvaluation evaluation) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", evaluation.accuracy());
        metrics.put("macro F1", MacroF1.of(evaluation));
        evaluation.getConfusionMatrix().getDomain().getDomain().stream()
                .sorted(Comparator.comparing(Label::getLabel))
                .forEach(label -> metrics.put(classF1(label.getLabel()), evaluation.f1(label)));
        return metrics;
    }

    /** Returns F1, precision and recall of spans, token accuracy and the F1 of each entity type. */
    public static Map<String, Double> of(SpanEvaluation evaluation) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("span F1", evaluation.microAveragedF1());
        metrics.put("span precision", evaluation.microAveragedPrecision());
        metrics.put("span recall", evaluation.microAveragedRecall());
        metrics.put("macro span F1", evaluation.macroAveragedF1());
        metrics.put("token accuracy", evaluation.tokenAccuracy());
        evaluation.types().forEach((type, counts) -> metrics.put(classF1(type), counts.f1()));
        return metrics;
    }

    private static String classF1(String name) {
        return "F1 of " + name;
    }
}
