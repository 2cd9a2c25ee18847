package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Quality by number of training examples: means as lines and standard deviations as bands. */
final class LowData implements Figure {

    private static final BasicStroke LINE = new BasicStroke(1.75f);

    private final Leaderboard leaderboard;

    LowData(Leaderboard leaderboard) {
        this.leaderboard = leaderboard;
    }

    @Override
    public String id() {
        return "low-data";
    }

    @Override
    public String title() {
        return "Quality by number of training examples";
    }

    @Override
    public String description() {
        List<Integer> sizes = leaderboard.comparison().trainingSizes();
        return "Best mean "
                + Format.list(sizes.stream()
                        .map(size -> leaderboard.at(size).stream()
                                .filter(result -> result.headline().known())
                                .min(Comparator.comparing(
                                        result -> result.headline().mean(),
                                        leaderboard.format().bestFirst()))
                                .map(best -> "with " + Format.plural(size, "example") + " " + best.name() + " ("
                                        + leaderboard.format().quantity(best.headline()) + ")"))
                        .flatMap(Optional::stream)
                        .toList())
                + ".";
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, scores());
        Axes.logarithmic(chart, sizes());
        // labels() adds the training sizes in place of the tick labels
        chart.getStyler().setXAxisTickLabelsColor(ThemeColor.NONE);
        chart.getStyler().setAxisTicksMarksVisible(false);
        Axes.addIrregularValues(chart, leaderboard.comparison().fullSize(), scores());
        leaderboard.all().forEach(result -> band(chart, curve(result)));
        leaderboard.all().forEach(result -> line(chart, curve(result)));
        return chart;
    }

    /** Returns the training sizes below the axis. If two overlap, the smaller one is omitted. */
    @Override
    public List<Label> labels(XYChart painted, Size size) {
        double baseline = painted.getScreenYFromChart(scores().low()) + 1.6 * size.fontSize;
        List<Label> labels = new ArrayList<>();
        double right = Double.POSITIVE_INFINITY;
        for (int i = leaderboard.comparison().trainingSizes().size() - 1; i >= 0; i--) {
            String text = Format.count(leaderboard.comparison().trainingSizes().get(i));
            double x = painted.getScreenXFromChart(
                    leaderboard.comparison().trainingSizes().get(i));
            double half = (text.length() + 1) * size.fontSize / 3.0;
            if (x + half < right) {
                labels.add(new Label(text, x, baseline, "tick"));
                right = x - half;
            }
        }
        return labels;
    }

    private Axes.Range sizes() {
        List<Integer> sizes = leaderboard.comparison().trainingSizes();
        return new Axes.Range(
                sizes.get(0) / 1.25, 1.25 * leaderboard.comparison().fullSize());
    }

    /** Returns the results of a candidate by ascending training size. */
    private List<CandidateResult> curve(CandidateResult result) {
        return allSizes().filter(at -> at.index() == result.index()).toList();
    }

    private Stream<CandidateResult> allSizes() {
        return leaderboard.comparison().trainingSizes().stream()
                .flatMap(size -> leaderboard.at(size).stream())
                .filter(result -> result.headline().known());
    }

    private Axes.Range scores() {
        return leaderboard
                .format()
                .range(allSizes()
                        .map(CandidateResult::headline)
                        .flatMapToDouble(score -> DoubleStream.of(score.low(), score.high())));
    }

    private void band(XYChart chart, List<CandidateResult> curve) {
        if (curve.size() < 2 || curve.stream().noneMatch(at -> at.headline().sd() > 0)) {
            return;
        }
        List<CandidateResult> reversed = new ArrayList<>(curve);
        Collections.reverse(reversed);
        XYSeries band = chart.addSeries(
                "band " + curve.get(0).index(),
                Stream.concat(curve.stream(), reversed.stream())
                        .mapToDouble(LowData::examples)
                        .toArray(),
                DoubleStream.concat(
                                curve.stream()
                                        .mapToDouble(at -> plotted(at.headline().high())),
                                reversed.stream()
                                        .mapToDouble(at -> plotted(at.headline().low())))
                        .toArray());
        band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        band.setMarker(SeriesMarkers.NONE);
        band.setLineStyle(SeriesLines.NONE);
        band.setFillColor(curve.get(0).marker().areaColor());
    }

    private void line(XYChart chart, List<CandidateResult> curve) {
        if (curve.isEmpty()) {
            return;
        }
        ChartMarker marker = curve.get(0).marker();
        XYSeries line = Axes.line(
                chart,
                "line " + curve.get(0).index(),
                curve.stream().mapToDouble(LowData::examples).toArray(),
                curve.stream().mapToDouble(at -> plotted(at.headline().mean())).toArray(),
                marker.color(),
                LINE);
        line.setMarker(marker.shape());
        line.setMarkerColor(marker.color());
    }

    private double plotted(double value) {
        return leaderboard.format().plotted(value);
    }

    private static double examples(CandidateResult result) {
        return result.cells().get(0).key().trainingSize();
    }
}
