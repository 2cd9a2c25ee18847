package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts without series in the style of reports, and common operations on axes. */
final class Axes {

    /** Range of an axis. */
    record Range(double low, double high) {

        /** Returns a range in percent with round limits and margins for markers and labels. */
        static Range ofShares(DoubleStream shares) {
            Range range = of(shares.map(share -> 100 * share));
            double margin = Math.max(1, 0.08 * (range.high - range.low));
            double step = range.high - range.low > 20 ? 5 : 1;
            return new Range(
                    Math.max(0, step * Math.floor((range.low - margin) / step)),
                    Math.min(100 + step, step * Math.ceil((range.high + margin) / step)));
        }

        /** Returns the range of {@link #withMargins}; its lower limit is at least 0 if no number is negative. */
        static Range ofNumbers(DoubleStream numbers) {
            double[] values = numbers.toArray();
            Range range = withMargins(Arrays.stream(values));
            return Arrays.stream(values).allMatch(value -> value >= 0)
                    ? new Range(Math.max(0, range.low), range.high)
                    : range;
        }

        /** Returns a range of numbers with limits that are round compared to its length, and margins. */
        static Range withMargins(DoubleStream numbers) {
            Range range = of(numbers);
            double length = range.high > range.low ? range.high - range.low : Math.max(1e-3, Math.abs(range.high));
            double step = Math.pow(10, Math.floor(Math.log10(length / 5)));
            double margin = 0.08 * length;
            return new Range(
                    step * Math.floor((range.low - margin) / step), step * Math.ceil((range.high + margin) / step));
        }

        /** Returns a range of positive values whose limits are 1, 2 or 5 times a power of ten. */
        static Range logarithmic(DoubleStream values) {
            Range range = of(values);
            return new Range(round(range.low / 1.4, false), round(range.high * 1.4, true));
        }

        double decades() {
            return Math.log10(high / low);
        }

        private static Range of(DoubleStream values) {
            var summary = values.filter(Double::isFinite).summaryStatistics();
            return new Range(summary.getMin(), summary.getMax());
        }

        private static double round(double value, boolean up) {
            double power = Math.pow(10, Math.floor(Math.log10(value)));
            double digit = value / power;
            if (up) {
                return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
            }
            return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
        }
    }

    private static final BasicStroke HAIRLINE = new BasicStroke(1);

    private Axes() {}

    /** Returns a chart without series. */
    static XYChart chart(Figure.Size size, Range y) {
        XYChart chart =
                new XYChartBuilder().width(size.width).height(size.height).build();
        XYStyler style = chart.getStyler();
        Font font = font(size);
        style.setChartBackgroundColor(ThemeColor.NONE)
                .setPlotBackgroundColor(ThemeColor.NONE)
                .setPlotBorderVisible(false)
                .setLegendVisible(false)
                .setChartTitleVisible(false)
                .setChartPadding(2)
                .setPlotContentSize(1)
                .setMarkerSize(size == Figure.Size.PANEL ? 7 : 9);
        style.setAxisTitlesVisible(false)
                .setPlotMargin(0)
                .setAxisTickLabelsFont(font)
                .setAxisTickLabelsColor(ThemeColor.TEXT)
                .setAxisTickMarksColor(ThemeColor.AXIS)
                .setAxisTickMarksStroke(HAIRLINE)
                .setAxisTickMarkLength(3)
                .setAxisTickPadding(4)
                .setPlotGridVerticalLinesVisible(false)
                .setPlotGridLinesColor(ThemeColor.GRID)
                .setPlotGridLinesStroke(HAIRLINE)
                .setPlotTicksMarksVisible(false)
                .setErrorBarsColorSeriesColor(true)
                .setYAxisMin(y.low())
                .setYAxisMax(y.high())
                .setXAxisTickLabelsFormattingFunction(value -> Format.decimals(value, decimals(y)))
                .setYAxisTickLabelsFormattingFunction(value -> Format.decimals(value, decimals(y)))
                .setYAxisTickMarkSpacingHint(4 * size.fontSize)
                .setXAxisTickMarkSpacingHint(4 * size.fontSize);
        return chart;
    }

    /** Returns the number of decimals of tick labels: as many as the steps between ticks need. */
    private static int decimals(Range range) {
        int decimals = (int) Math.ceil(1 - Math.log10(range.high - range.low));
        return decimals < 1 || range.high - range.low >= 5 ? 0 : Math.min(6, decimals);
    }

    /** Makes the x axis logarithmic. Short ranges have labels between the powers of ten. */
    static void logarithmic(XYChart chart, Range range) {
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisLogarithmicDecadeOnly(false)
                .setXAxisMin(range.low())
                .setXAxisMax(range.high())
                .setXAxisTickLabelsFormattingFunction(value -> labeled(value, range) ? Format.compact(value) : "");
    }

    /**
     * Adds invisible values in unequal steps. XChart places ticks at the values of a chart if the values are equally
     * spaced, so charts side by side would have different ticks.
     *
     * @param x a value of the x axis
     */
    static void addIrregularValues(XYChart chart, double x, Range y) {
        XYSeries values = chart.addSeries("irregular", new double[] {x, x, x}, new double[] {
            y.low(), y.low() + 0.37 * (y.high() - y.low()), y.high()
        });
        values.setMarker(SeriesMarkers.NONE);
        values.setLineStyle(SeriesLines.NONE);
    }

    /** Adds a line without markers. */
    static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color color, BasicStroke stroke) {
        XYSeries line = chart.addSeries(name, x, y);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(color);
        line.setLineStyle(stroke);
        return line;
    }

    /** Adds markers without a line. */
    static XYSeries points(XYChart chart, String name, double[] x, double[] y, double[] errors, ChartMarker marker) {
        XYSeries points = chart.addSeries(name, x, y, errors);
        points.setMarker(marker.shape());
        points.setMarkerColor(marker.color());
        points.setLineColor(marker.color());
        points.setLineStyle(SeriesLines.NONE);
        return points;
    }

    static Font font(Figure.Size size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size.fontSize);
    }

    private static boolean labeled(double value, Range range) {
        long digit = Math.round(value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9)));
        return digit == 1
                || range.decades() < 2.5 && (digit == 2 || digit == 5)
                || range.decades() < 1 && (digit == 3 || digit == 7);
    }
}
