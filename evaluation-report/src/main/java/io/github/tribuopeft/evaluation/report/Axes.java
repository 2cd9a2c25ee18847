package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Empty charts in the reports' style, and what all figures do with axes. */
final class Axes {

    /** A range of an axis. */
    record Range(double low, double high) {

        /** Round figures around shares, in percent, with room for markers and labels. */
        static Range ofShares(DoubleStream shares) {
            Range of = of(shares.map(share -> 100 * share));
            double room = Math.max(1, 0.08 * (of.high - of.low));
            double step = of.high - of.low > 20 ? 5 : 1;
            return new Range(
                    Math.max(0, step * Math.floor((of.low - room) / step)),
                    Math.min(100 + step, step * Math.ceil((of.high + room) / step)));
        }

        /** Ones, twos and fives of powers of ten around positive values. */
        static Range logarithmic(DoubleStream values) {
            Range of = of(values);
            return new Range(round(of.low / 1.4, false), round(of.high * 1.4, true));
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

    /** A chart without series; shares on the y axis. */
    static XYChart chart(Figure.Size size, Range shares) {
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
                .setMarkerSize(size == Figure.Size.PANEL ? 7 : 9)
                .setDecimalPattern("0");
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
                .setYAxisMin(shares.low())
                .setYAxisMax(shares.high())
                .setYAxisTickMarkSpacingHint(4 * size.fontSize)
                .setXAxisTickMarkSpacingHint(4 * size.fontSize);
        return chart;
    }

    /** Makes the x axis logarithmic, with labels at powers of ten and as many more as the range needs. */
    static void logarithmic(XYChart chart, Range range) {
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisLogarithmicDecadeOnly(false)
                .setXAxisMin(range.low())
                .setXAxisMax(range.high())
                .setXAxisTickLabelsFormattingFunction(value -> labelled(value, range) ? Format.compact(value) : "");
    }

    /** A line without markers. */
    static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color color, BasicStroke stroke) {
        XYSeries line = chart.addSeries(name, x, y);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(color);
        line.setLineStyle(stroke);
        return line;
    }

    /** Markers without a line. */
    static XYSeries points(XYChart chart, String name, double[] x, double[] y, double[] errors, ChartMarker mark) {
        XYSeries points = chart.addSeries(name, x, y, errors);
        points.setMarker(mark.marker());
        points.setMarkerColor(mark.ink());
        points.setLineColor(mark.ink());
        points.setLineStyle(SeriesLines.NONE);
        return points;
    }

    static Font font(Figure.Size size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size.fontSize);
    }

    private static boolean labelled(double value, Range range) {
        long digit = Math.round(value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9)));
        return digit == 1
                || range.decades() < 2.5 && (digit == 2 || digit == 5)
                || range.decades() < 1 && (digit == 3 || digit == 7);
    }
}
