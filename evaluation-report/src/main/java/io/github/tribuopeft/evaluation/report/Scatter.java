package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/**
 * Scatter plot of predicted and gold values of one dimension, with the line on which both are equal.
 *
 * @param result candidate whose first seed is shown
 * @param dimension name of the dimension; empty if it has none
 * @param gold gold values
 * @param predicted predicted values in the same order
 */
record Scatter(CandidateResult result, String dimension, double[] gold, double[] predicted) implements Figure {

    private static final BasicStroke LINE = new BasicStroke(1.25f);
    private static final int MAX_POINTS = 400;

    /** Returns the name of the value on an axis, such as {@code gold length}. */
    String axis(String kind) {
        return dimension.isEmpty() ? kind + " value" : kind + " " + dimension;
    }

    /** Returns the number of shown items in words; empty if all are shown. */
    String note() {
        return gold.length > MAX_POINTS
                ? Format.count(MAX_POINTS) + " of " + Format.plural(gold.length, "test item")
                        + " are shown, evenly spaced over the test set."
                : "";
    }

    @Override
    public String id() {
        return "scatter-" + result.index() + "-" + Integer.toHexString(dimension.hashCode());
    }

    @Override
    public String title() {
        return "Predictions of " + result.name() + (dimension.isEmpty() ? "" : " for " + dimension);
    }

    @Override
    public String description() {
        double[] errors = IntStream.range(0, gold.length)
                .mapToDouble(i -> Math.abs(predicted[i] - gold[i]))
                .sorted()
                .toArray();
        return "Half of the predictions differ from the gold value by at most " + Format.number(quantile(errors, 0.5))
                + ", and nine of ten by at most " + Format.number(quantile(errors, 0.9)) + ".";
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    @Override
    public XYChart chart(Size size) {
        Axes.Range range = Axes.Range.withMargins(DoubleStream.concat(Arrays.stream(gold), Arrays.stream(predicted)));
        XYChart chart = Axes.chart(size, range);
        chart.getStyler().setXAxisMin(range.low()).setXAxisMax(range.high());
        double[] ends = {range.low(), range.high()};
        Axes.line(chart, "equal", ends, ends, ThemeColor.AXIS, LINE);
        int shown = Math.min(MAX_POINTS, gold.length);
        int[] indices = IntStream.range(0, shown)
                .map(i -> (int) ((long) i * gold.length / shown))
                .toArray();
        Axes.points(
                chart,
                "items",
                Arrays.stream(indices).mapToDouble(i -> gold[i]).toArray(),
                Arrays.stream(indices).mapToDouble(i -> predicted[i]).toArray(),
                null,
                result.marker());
        chart.getStyler().setMarkerSize(size == Size.PANEL ? 3 : 5);
        return chart;
    }
}
