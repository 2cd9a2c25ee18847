package io.github.tribuopeft.evaluation;

import java.util.function.ToDoubleFunction;
import org.tribuo.classification.Label;
import org.tribuo.evaluation.metrics.MetricID;
import org.tribuo.evaluation.metrics.MetricTarget;

/**
 * The figures of a {@link SpanEvaluation}, by Tribuo's metric ids. Their names begin with {@code span-}, so that nobody takes them for the
 * token-wise metrics of the same targets.
 */
public enum SpanMetric {
    /** The share of predicted spans that are correct. */
    PRECISION("span-precision", SpanCounts::precision),
    /** The share of gold spans that were found. */
    RECALL("span-recall", SpanCounts::recall),
    /** The harmonic mean of precision and recall. */
    F1("span-f1", SpanCounts::f1),
    /** How many predicted spans equal a gold one. */
    CORRECT("span-correct", SpanCounts::correct),
    /** How many spans were predicted. */
    PREDICTED("span-predicted", SpanCounts::predicted),
    /** How many gold spans there are. */
    SUPPORT("span-support", SpanCounts::gold);

    private final String id;
    private final ToDoubleFunction<SpanCounts> value;

    SpanMetric(String id, ToDoubleFunction<SpanCounts> value) {
        this.id = id;
        this.value = value;
    }

    /** The figure of one type of spans. */
    public MetricID<Label> of(String type) {
        return metric(new MetricTarget<>(new Label(type)), id);
    }

    /** The figure of all spans together, whatever their type. */
    public MetricID<Label> micro() {
        return metric(MetricTarget.microAverageTarget(), id);
    }

    /** The mean of the figures of the types. */
    public MetricID<Label> macro() {
        return metric(MetricTarget.macroAverageTarget(), id);
    }

    /** The share of tokens whose tag is right. */
    public static MetricID<Label> tokenAccuracy() {
        return metric(MetricTarget.microAverageTarget(), "token-accuracy");
    }

    /** How many errors of a kind there are. */
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
