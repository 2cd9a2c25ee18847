package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Quality by number of training examples: lines of means, in bands of one standard deviation to each side. */
final class LowData implements Figure {

    private static final BasicStroke LINE = new BasicStroke(1.75f);

    private final Leaderboard standings;

    LowData(Leaderboard standings) {
        this.standings = standings;
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
        List<Integer> sizes = standings.result().trainingSizes();
        return Format.list(sizes.stream()
                        .map(size -> standings.at(size).stream()
                                .filter(standing -> standing.headline().known())
                                .max((one, other) -> Double.compare(
                                        one.headline().mean(), other.headline().mean()))
                                .map(best -> "With " + Format.plural(size, "example") + " " + best.name() + " is best ("
                                        + Format.percent(best.headline()) + " %)"))
                        .flatMap(Optional::stream)
                        .toList())
                + ".";
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, shares());
        Axes.logarithmic(chart, sizes());
        // room for the sizes themselves, which are put there as labels
        chart.getStyler().setXAxisTickLabelsColor(ThemeColor.NONE);
        chart.getStyler().setAxisTicksMarksVisible(false);
        standings.all().forEach(standing -> band(chart, curve(standing)));
        standings.all().forEach(standing -> line(chart, curve(standing)));
        return chart;
    }

    /** The sizes, below the axis; of those that would overlap the larger one. */
    @Override
    public List<Label> labels(XYChart painted, Size size) {
        double baseline = painted.getScreenYFromChart(shares().low()) + 1.6 * size.fontSize;
        List<Label> labels = new ArrayList<>();
        double right = Double.POSITIVE_INFINITY;
        for (int i = standings.result().trainingSizes().size() - 1; i >= 0; i--) {
            String text = Format.count(standings.result().trainingSizes().get(i));
            double x = painted.getScreenXFromChart(
                    standings.result().trainingSizes().get(i));
            double half = (text.length() + 1) * size.fontSize / 3.0;
            if (x + half < right) {
                labels.add(new Label(text, x, baseline, "tick"));
                right = x - half;
            }
        }
        return labels;
    }

    private Axes.Range sizes() {
        List<Integer> sizes = standings.result().trainingSizes();
        return new Axes.Range(sizes.get(0) / 1.25, 1.25 * standings.result().fullSize());
    }

    /** A contestant's standings, by ascending size. */
    private List<CandidateResult> curve(CandidateResult standing) {
        return everywhere().filter(at -> at.index() == standing.index()).toList();
    }

    private Stream<CandidateResult> everywhere() {
        return standings.result().trainingSizes().stream()
                .flatMap(size -> standings.at(size).stream())
                .filter(standing -> standing.headline().known());
    }

    private Axes.Range shares() {
        return Axes.Range.ofShares(everywhere()
                .map(CandidateResult::headline)
                .flatMapToDouble(score -> DoubleStream.of(score.low(), score.high())));
    }

    private static void band(XYChart chart, List<CandidateResult> curve) {
        if (curve.size() < 2 || curve.stream().noneMatch(at -> at.headline().sd() > 0)) {
            return;
        }
        List<CandidateResult> back = new ArrayList<>(curve);
        Collections.reverse(back);
        XYSeries band = chart.addSeries(
                "band " + curve.get(0).index(),
                Stream.concat(curve.stream(), back.stream())
                        .mapToDouble(LowData::examples)
                        .toArray(),
                DoubleStream.concat(
                                curve.stream()
                                        .mapToDouble(at -> 100 * at.headline().high()),
                                back.stream()
                                        .mapToDouble(at -> 100 * at.headline().low()))
                        .toArray());
        band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        band.setMarker(SeriesMarkers.NONE);
        band.setLineStyle(SeriesLines.NONE);
        band.setFillColor(curve.get(0).mark().pale());
    }

    private static void line(XYChart chart, List<CandidateResult> curve) {
        if (curve.isEmpty()) {
            return;
        }
        ChartMarker mark = curve.get(0).mark();
        XYSeries line = Axes.line(
                chart,
                "line " + curve.get(0).index(),
                curve.stream().mapToDouble(LowData::examples).toArray(),
                curve.stream().mapToDouble(at -> 100 * at.headline().mean()).toArray(),
                mark.ink(),
                LINE);
        line.setMarker(mark.marker());
        line.setMarkerColor(mark.ink());
    }

    private static double examples(CandidateResult standing) {
        return standing.cells().get(0).key().trainingSize();
    }
}
