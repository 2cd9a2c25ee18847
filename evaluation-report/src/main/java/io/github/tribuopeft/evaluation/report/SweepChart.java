package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * Headline metric by the value of a varied setting: one line for each method. The values are evenly spaced.
 *
 * @param id id, unique in the page
 * @param title title
 * @param setting name of the setting
 * @param values values of the setting, from left to right
 * @param lines lines
 * @param format format of the metric
 * @param range range of the metric
 */
record SweepChart(
        String id,
        String title,
        String setting,
        List<String> values,
        List<Line> lines,
        ScoreFormat format,
        Axes.Range range)
        implements Figure {

    private static final BasicStroke STROKE = new BasicStroke(1.75f);
    private static final double MARGIN = 0.5;

    /**
     * Line of a method.
     *
     * @param name name of the method
     * @param marker marker of the method
     * @param points results by ascending position of their value
     */
    record Line(String name, ChartMarker marker, List<Point> points) {}

    /** Result of a candidate at the position of its value. */
    record Point(int position, CandidateResult result) {}

    @Override
    public String description() {
        return Format.list(lines.stream()
                        .map(line -> line.name() + ": "
                                + String.join(
                                        ", ",
                                        line.points().stream()
                                                .map(point -> values.get(point.position()) + " "
                                                        + format.quantity(
                                                                point.result().headline()))
                                                .toList()))
                        .toList())
                + ".";
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, range);
        chart.getStyler().setXAxisMin(-MARGIN).setXAxisMax(values.size() - 1 + MARGIN);
        // labels() adds the values in place of the tick labels
        chart.getStyler().setXAxisTickLabelsColor(ThemeColor.NONE);
        chart.getStyler().setAxisTicksMarksVisible(false);
        Axes.addIrregularValues(chart, 0, range);
        for (Line line : lines) {
            double[] x = line.points().stream().mapToDouble(Point::position).toArray();
            double[] y = line.points().stream()
                    .mapToDouble(
                            point -> format.plotted(point.result().headline().mean()))
                    .toArray();
            double[] sd = line.points().stream()
                    .mapToDouble(
                            point -> format.plotted(point.result().headline().sd()))
                    .toArray();
            boolean seeds = line.points().get(0).result().headline().n() > 1;
            Axes.line(chart, "line " + line.name(), x, y, line.marker().color(), STROKE);
            Axes.points(chart, "points " + line.name(), x, y, seeds ? sd : null, line.marker());
        }
        return chart;
    }

    /** Returns the values below the axis, in two rows if they are long. */
    @Override
    public List<Label> labels(XYChart painted, Size size) {
        double first = painted.getScreenXFromChart(0);
        double space = values.size() > 1 ? painted.getScreenXFromChart(1) - first : size.width;
        int longest = values.stream().mapToInt(String::length).max().orElse(0);
        boolean twoRows = longest * 0.58 * size.fontSize > space;
        double baseline = painted.getScreenYFromChart(range.low()) + 1.4 * size.fontSize;
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            double y = baseline + (twoRows && i % 2 == 1 ? 1.2 * size.fontSize : 0);
            labels.add(new Label(values.get(i), painted.getScreenXFromChart(i), y, "tick"));
        }
        return labels;
    }
}
