package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanCounts;
import io.github.tribuopeft.evaluation.SpanError;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.SpanScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scoring of tagged words by exact matches of spans, in the scheme of conlleval. */
public record SpanScoring() implements Scoring {

    @Override
    public String task() {
        return "ner";
    }

    @Override
    public String headline() {
        return "span F1";
    }

    @Override
    public double[] counts(List<String> gold, List<String> predicted) {
        List<Span> goldSpans = SpanScheme.CONLLEVAL.spans(gold);
        List<Span> predictedSpans = SpanScheme.CONLLEVAL.spans(predicted);
        return new double[] {
            predictedSpans.stream().filter(goldSpans::contains).count(), predictedSpans.size(), goldSpans.size()
        };
    }

    @Override
    public double headline(double[] totals) {
        return new SpanCounts((int) totals[0], (int) totals[1], (int) totals[2]).f1();
    }

    @Override
    public Map<String, Double> metrics(List<TestItem> items, List<List<String>> predicted) {
        SpanEvaluation evaluation = evaluate(items, predicted);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(headline(), evaluation.microAveragedF1());
        metrics.put("precision", evaluation.microAveragedPrecision());
        metrics.put("recall", evaluation.microAveragedRecall());
        metrics.put("macro F1", evaluation.macroAveragedF1());
        metrics.put("token accuracy", evaluation.tokenAccuracy());
        return metrics;
    }

    @Override
    public List<ClassScore> classes(List<TestItem> items, List<List<String>> predicted) {
        return evaluate(items, predicted).types().entrySet().stream()
                .map(type -> new ClassScore(
                        type.getKey(),
                        type.getValue().precision(),
                        type.getValue().recall(),
                        type.getValue().f1(),
                        type.getValue().gold()))
                .toList();
    }

    @Override
    public Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> predicted) {
        SpanEvaluation evaluation = evaluate(items, predicted);
        Map<String, Long> kinds = new LinkedHashMap<>();
        for (SpanError.Kind kind : SpanError.Kind.values()) {
            kinds.put(name(kind), (long) evaluation.errors(kind));
        }
        return kinds;
    }

    private static String name(SpanError.Kind kind) {
        return switch (kind) {
            case BOUNDARY -> "wrong boundary";
            case TYPE -> "wrong type";
            case BOTH -> "wrong type and boundary";
            case MISSED -> "missed";
            case SPURIOUS -> "spurious";
        };
    }

    private static SpanEvaluation evaluate(List<TestItem> items, List<List<String>> predicted) {
        return new SpanEvaluator().evaluate(items.stream().map(TestItem::gold).toList(), predicted);
    }
}
