package io.github.tribuopeft.evaluation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tribuo.classification.Label;
import org.tribuo.evaluation.metrics.MetricID;
import org.tribuo.provenance.EvaluationProvenance;
import org.tribuo.sequence.SequenceEvaluation;

/**
 * How well spans were found: precision, recall and F1 of exact matches, and what kinds of errors there are. Immutable.
 *
 * <p>The types are those of the gold spans and of the predicted ones, as in seqeval: a type that exists only in predictions has a precision
 * and a recall of 0, and enters the macro averages. A type that a model has never seen enters them likewise. All figures lie in 0 to 1; what
 * would be divided by zero is 0.
 */
public final class SpanEvaluation implements SequenceEvaluation<Label> {

    private final SpanScheme reading;
    private final SortedMap<String, SpanCounts> types;
    private final SpanCounts total;
    private final List<SpanError> errors;
    private final Map<SpanError.Kind, Integer> errorCounts = new EnumMap<>(SpanError.Kind.class);
    private final Map<MetricID<Label>, Double> figures = new HashMap<>();
    private final EvaluationProvenance provenance;

    SpanEvaluation(SpanCounter tally, EvaluationProvenance provenance) {
        this.reading = tally.reading();
        this.types = Collections.unmodifiableSortedMap(new TreeMap<>(tally.types()));
        this.total = types.values().stream().reduce(SpanCounts.NONE, SpanCounts::plus);
        this.errors = List.copyOf(tally.errors());
        this.provenance = provenance;
        for (SpanError.Kind kind : SpanError.Kind.values()) {
            int count = (int) errors.stream().filter(e -> e.kind() == kind).count();
            errorCounts.put(kind, count);
            figures.put(SpanMetric.errors(kind), (double) count);
        }
        for (SpanMetric metric : SpanMetric.values()) {
            types.forEach((type, counts) -> figures.put(metric.of(type), metric.value(counts)));
            figures.put(metric.micro(), metric.value(total));
            figures.put(
                    metric.macro(),
                    types.values().stream().mapToDouble(metric::value).average().orElse(0));
        }
        figures.put(SpanMetric.tokenAccuracy(), tally.tokenAccuracy());
    }

    /** How tags were read as spans. */
    public SpanScheme reading() {
        return reading;
    }

    /** The counts of each type, by name. */
    public SortedMap<String, SpanCounts> types() {
        return types;
    }

    /** The counts of all types together: their precision, recall and F1 are the micro averages. */
    public SpanCounts total() {
        return total;
    }

    /**
     * The precision of one type.
     *
     * @throws IllegalArgumentException if there is no span of this type, gold or predicted
     */
    public double precision(String type) {
        return get(SpanMetric.PRECISION.of(type));
    }

    /**
     * The recall of one type.
     *
     * @throws IllegalArgumentException if there is no span of this type, gold or predicted
     */
    public double recall(String type) {
        return get(SpanMetric.RECALL.of(type));
    }

    /**
     * The F1 of one type.
     *
     * @throws IllegalArgumentException if there is no span of this type, gold or predicted
     */
    public double f1(String type) {
        return get(SpanMetric.F1.of(type));
    }

    /** The share of all predicted spans that are correct. */
    public double microAveragedPrecision() {
        return total.precision();
    }

    /** The share of all gold spans that were found. */
    public double microAveragedRecall() {
        return total.recall();
    }

    /** The F1 of all spans, the figure that papers mean by "F1" of a tagger. */
    public double microAveragedF1() {
        return total.f1();
    }

    /** The mean of the types' precisions. */
    public double macroAveragedPrecision() {
        return get(SpanMetric.PRECISION.macro());
    }

    /** The mean of the types' recalls. */
    public double macroAveragedRecall() {
        return get(SpanMetric.RECALL.macro());
    }

    /** The mean of the types' F1. */
    public double macroAveragedF1() {
        return get(SpanMetric.F1.macro());
    }

    /** The share of tokens whose tag is right, {@code O} included. High even for a model that finds nothing. */
    public double tokenAccuracy() {
        return get(SpanMetric.tokenAccuracy());
    }

    /** Every error, by sequence, then from left to right. */
    public List<SpanError> errors() {
        return errors;
    }

    /** How many errors of a kind there are. */
    public int errors(SpanError.Kind kind) {
        return errorCounts.get(kind);
    }

    /** Every figure under its id, see {@link SpanMetric}. */
    @Override
    public Map<MetricID<Label>, Double> asMap() {
        return Collections.unmodifiableMap(figures);
    }

    /** What was evaluated on what; of raw tags, nothing is known. */
    @Override
    public EvaluationProvenance getProvenance() {
        return provenance;
    }

    /** A table of the types and averages, and a line of the errors. */
    @Override
    public String toString() {
        int width = Math.max(
                "Token accuracy".length(),
                types.keySet().stream().mapToInt(String::length).max().orElse(0));
        StringBuilder table = new StringBuilder();
        line(table, width, "Type", "gold", "predicted", "correct", "precision", "recall", "f1");
        types.forEach((type, counts) -> line(table, width, type, counts));
        line(table, width, "Micro average", total);
        line(
                table,
                width,
                "Macro average",
                "",
                "",
                "",
                figure(macroAveragedPrecision()),
                figure(macroAveragedRecall()),
                figure(macroAveragedF1()));
        line(table, width, "Token accuracy", figure(tokenAccuracy()));
        return table.append(errorCounts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ", "Errors: ", "; spans read as " + reading)))
                .toString();
    }

    private static void line(StringBuilder table, int width, String name, SpanCounts counts) {
        line(
                table,
                width,
                name,
                String.valueOf(counts.gold()),
                String.valueOf(counts.predicted()),
                String.valueOf(counts.correct()),
                figure(counts.precision()),
                figure(counts.recall()),
                figure(counts.f1()));
    }

    private static void line(StringBuilder table, int width, String name, String... cells) {
        table.append(String.format(Locale.ROOT, "%-" + width + "s", name));
        for (String cell : cells) {
            table.append(String.format(Locale.ROOT, "%12s", cell));
        }
        table.append('\n');
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
