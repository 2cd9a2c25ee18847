package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.MetricScale;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Format of the values of a metric: shares in percent, other metrics as numbers.
 *
 * @param scale scale of the metric
 */
record ScoreFormat(MetricScale scale) {

    private static final String LESS_IS_BETTER = "less is better";
    private static final int COEFFICIENT_DECIMALS = 3;

    private boolean share() {
        return scale == MetricScale.SHARE;
    }

    /** Returns the unit in a heading: {@code %}, {@code less is better}, or an empty string. */
    String unit() {
        return share() ? "%" : scale.moreIsBetter() ? "" : LESS_IS_BETTER;
    }

    /** Returns a name with the unit of differences, such as {@code accuracy, percentage points}. */
    String withDifferenceUnit(String name) {
        return share() ? name + ", percentage points" : withUnit(name);
    }

    /** Returns a name with the unit, such as {@code accuracy, %}. */
    String withUnit(String name) {
        return share() ? name + ", %" : scale.moreIsBetter() ? name : name + " (" + LESS_IS_BETTER + ")";
    }

    /** Formats a value without its unit. */
    String text(double value) {
        return text(value, value);
    }

    /** Formats a value without its unit, with the decimals of another value. */
    private String text(double value, double precision) {
        return switch (scale) {
            case SHARE -> Format.percent(value);
            case COEFFICIENT -> Format.decimals(value, COEFFICIENT_DECIMALS);
            case ERROR -> Format.decimals(value, Format.decimals(precision));
        };
    }

    /** Formats mean and standard deviation without their unit. */
    String text(Sample sample) {
        double precision = sample.mean() == 0 ? sample.sd() : sample.mean();
        return sample.n() > 1
                ? text(sample.mean(), precision) + "\u00a0±\u00a0" + text(sample.sd(), precision)
                : text(sample.mean());
    }

    /** Formats an interval without its unit. */
    String interval(double low, double high) {
        double precision = Math.max(Math.abs(low), Math.abs(high));
        return text(low, precision) + " to " + text(high, precision);
    }

    /** Formats an interval of differences with their signs. */
    String signedInterval(double low, double high) {
        double precision = Math.max(Math.abs(low), Math.abs(high));
        return signed(low, precision) + " to " + signed(high, precision);
    }

    /** Formats mean and standard deviation with their unit. */
    String quantity(Sample sample) {
        return text(sample) + (share() ? "\u00a0%" : "");
    }

    /** Formats a score with the name of its metric: {@code 91.7 % accuracy}, or {@code RMSE 2.5}. */
    String score(String metric, Sample sample) {
        return share() ? quantity(sample) + " " + metric : metric + " " + quantity(sample);
    }

    /** Formats a difference with its sign: percentage points, or a number. */
    String signed(double difference) {
        return signed(difference, difference);
    }

    private String signed(double difference, double precision) {
        return share() ? Format.signed(difference) : (difference > 0 ? "+" : "") + text(difference, precision);
    }

    /** Formats a distance with its unit: {@code 1.5 points}, or a number. */
    String distance(double distance) {
        String value = text(Math.abs(distance));
        return share() ? value + "\u00a0" + (value.equals("1.0") ? "point" : "points") : value;
    }

    /** Returns a value in the unit of axes. */
    double plotted(double value) {
        return share() ? 100 * value : value;
    }

    /** Returns the range of an axis for values, with round limits and margins for markers and labels. */
    Axes.Range range(DoubleStream values) {
        return share() ? Axes.Range.ofShares(values) : Axes.Range.ofNumbers(values);
    }

    /**
     * Returns a development metric for display. Training maximizes its development metric, so an error is recorded as a
     * negative number and displayed as a positive one.
     */
    double developmentValue(double metric) {
        return scale.moreIsBetter() ? metric : -metric;
    }

    /** Returns an order of values, the best first and unknown values last. */
    Comparator<Double> bestFirst() {
        return Comparator.comparingDouble(
                value -> Double.isNaN(value) ? Double.POSITIVE_INFINITY : -direction() * value);
    }

    private int direction() {
        return scale.moreIsBetter() ? 1 : -1;
    }

    /** Returns the best of some values; NaN if none is finite. */
    double best(DoubleStream values) {
        List<Double> finite =
                values.filter(Double::isFinite).boxed().sorted(bestFirst()).toList();
        return finite.isEmpty() ? Double.NaN : finite.get(0);
    }
}
