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
 * Span-level evaluation of a tagger: precision, recall and F1 of exact matches, and errors by kind. Immutable.
 *
 * <p>The types are those of the gold and of the predicted spans, as in seqeval. A type that occurs in predictions only,
 * or that the model does not have, has a precision and a recall of 0 and is part of the macro averages. All scores are
 * in [0, 1]; scores with a denominator of 0 are 0.
 */
public final class SpanEvaluation implements SequenceEvaluation<Label> {

    private final SpanScheme scheme;
    private final SortedMap<String, SpanCounts> types;
    private final SpanCounts total;
    private final List<SpanError> errors;
    private final Map<SpanError.Kind, Integer> errorCounts = new EnumMap<>(SpanError.Kind.class);
    private final Map<MetricID<Label>, Double> metrics = new HashMap<>();
    private final EvaluationProvenance provenance;

    SpanEvaluation(SpanCounter counter, EvaluationProvenance provenance) {
        this.scheme = counter.scheme();
        this.types = Collections.unmodifiableSortedMap(new TreeMap<>(counter.types()));
        this.total = types.values().stream().reduce(SpanCounts.NONE, SpanCounts::plus);
        this.errors = List.copyOf(counter.errors());
        this.provenance = provenance;
        for (SpanError.Kind kind : SpanError.Kind.values()) {
            int count = (int) errors.stream().filter(e -> e.kind() == kind).count();
            errorCounts.put(kind, count);
            metrics.put(SpanMetric.errors(kind), (double) count);
        }
        for (SpanMetric metric : SpanMetric.values()) {
            types.forEach((type, counts) -> metrics.put(metric.of(type), metric.value(counts)));
            metrics.put(metric.micro(), metric.value(total));
            metrics.put(
                    metric.macro(),
                    types.values().stream().mapToDouble(metric::value).average().orElse(0));
        }
        metrics.put(SpanMetric.tokenAccuracy(), counter.tokenAccuracy());
    }

    /** Returns the scheme of the tags. */
    public SpanScheme scheme() {
        return scheme;
    }

    /** Returns the counts by type. */
    public SortedMap<String, SpanCounts> types() {
        return types;
    }

    /** Returns the counts of all types together. Their precision, recall and F1 are the micro averages. */
    public SpanCounts total() {
        return total;
    }

    /**
     * Returns the precision of a type.
     *
     * @throws IllegalArgumentException if neither gold nor predicted spans have this type
     */
    public double precision(String type) {
        return get(SpanMetric.PRECISION.of(type));
    }

    /**
     * Returns the recall of a type.
     *
     * @throws IllegalArgumentException if neither gold nor predicted spans have this type
     */
    public double recall(String type) {
        return get(SpanMetric.RECALL.of(type));
    }

    /**
     * Returns the F1 of a type.
     *
     * @throws IllegalArgumentException if neither gold nor predicted spans have this type
     */
    public double f1(String type) {
        return get(SpanMetric.F1.of(type));
    }

    /** Returns the share of all predicted spans that are correct. */
    public double microAveragedPrecision() {
        return total.precision();
    }

    /** Returns the share of all gold spans that were predicted. */
    public double microAveragedRecall() {
        return total.recall();
    }

    /** Returns the F1 of all spans, the usual F1 of named-entity recognition. */
    public double microAveragedF1() {
        return total.f1();
    }

    /** Returns the mean precision over types. */
    public double macroAveragedPrecision() {
        return get(SpanMetric.PRECISION.macro());
    }

    /** Returns the mean recall over types. */
    public double macroAveragedRecall() {
        return get(SpanMetric.RECALL.macro());
    }

    /** Returns the mean F1 over types. */
    public double macroAveragedF1() {
        return get(SpanMetric.F1.macro());
    }

    /**
     * Returns the share of tokens with a correct tag, including {@code O}. It is high even for a model that predicts no
     * spans.
     */
    public double tokenAccuracy() {
        return get(SpanMetric.tokenAccuracy());
    }

    /** Returns all errors, by sequence, then from left to right. */
    public List<SpanError> errors() {
        return errors;
    }

    /** Returns the number of errors of a kind. */
    public int errors(SpanError.Kind kind) {
        return errorCounts.get(kind);
    }

    /** Returns all metrics by id, see {@link SpanMetric}. */
    @Override
    public Map<MetricID<Label>, Double> asMap() {
        return Collections.unmodifiableMap(metrics);
    }

    /** Returns the provenance of model and data; empty if raw tags were evaluated. */
    @Override
    public EvaluationProvenance getProvenance() {
        return provenance;
    }

    /** Returns a table of types and averages, and a line of error counts. */
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
                format(macroAveragedPrecision()),
                format(macroAveragedRecall()),
                format(macroAveragedF1()));
        line(table, width, "Token accuracy", format(tokenAccuracy()));
        return table.append(errorCounts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ", "Errors: ", "; scheme " + scheme)))
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
                format(counts.precision()),
                format(counts.recall()),
                format(counts.f1()));
    }

    private static void line(StringBuilder table, int width, String name, String... cells) {
        table.append(String.format(Locale.ROOT, "%-" + width + "s", name));
        for (String cell : cells) {
            table.append(String.format(Locale.ROOT, "%12s", cell));
        }
        table.append('\n');
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
