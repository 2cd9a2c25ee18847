package io.github.tribuopeft.evaluation;

import java.util.function.ToDoubleFunction;
import org.tribuo.classification.Label;
import org.tribuo.evaluation.metrics.MetricID;
import org.tribuo.evaluation.metrics.MetricTarget;

/**
 * Metrics of a {@link SpanEvaluation}. Their names in Tribuo's metric ids start with {@code span-}, to distinguish them
 * from token-level metrics of the same targets.
 */
public enum SpanMetric {
    /** Share of predicted spans that are correct. */
    PRECISION("span-precision", SpanCounts::precision),
    /** Share of gold spans that were predicted. */
    RECALL("span-recall", SpanCounts::recall),
    /** Harmonic mean of precision and recall. */
    F1("span-f1", SpanCounts::f1),
    /** Number of predicted spans that equal a gold span. */
    CORRECT("span-correct", SpanCounts::correct),
    /** Number of predicted spans. */
    PREDICTED("span-predicted", SpanCounts::predicted),
    /** Number of gold spans. */
    SUPPORT("span-support", SpanCounts::gold);

    private final String id;
    private final ToDoubleFunction<SpanCounts> value;

    SpanMetric(String id, ToDoubleFunction<SpanCounts> value) {
        this.id = id;
        this.value = value;
    }

    /** Returns the id of this metric for a type of spans. */
    public MetricID<Label> of(String type) {
        return metric(new MetricTarget<>(new Label(type)), id);
    }

    /** Returns the id of this metric for the spans of all types together. */
    public MetricID<Label> micro() {
        return metric(MetricTarget.microAverageTarget(), id);
    }

    /** Returns the id of the mean of this metric over types. */
    public MetricID<Label> macro() {
        return metric(MetricTarget.macroAverageTarget(), id);
    }

    /** Returns the id of the share of tokens with a correct tag. */
    public static MetricID<Label> tokenAccuracy() {
        return metric(MetricTarget.microAverageTarget(), "token-accuracy");
    }

    /** Returns the id of the number of errors of a kind. */
    public static MetricID<Label> errors(SpanError.Kind kind) {
        return metric(MetricTarget.microAverageTarget(), "span-errors-" + kind);
    }

    private static MetricID<Label> metric(MetricTarget<Label> target, String id) {
        return new MetricID<>(target, id);
    }

    double value(SpanCounts counts) {
        return value.applyAsDouble(counts);
    }
}
