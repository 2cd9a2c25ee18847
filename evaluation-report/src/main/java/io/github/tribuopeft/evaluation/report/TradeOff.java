package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;

/**
 * Quality by number of trainable parameters, on a logarithmic axis, with the Pareto front. A dashed line shows the
 * quality of a candidate without a place on the axis: its number of trainable parameters is 0 or unknown.
 */
final class TradeOff implements Figure {

    private static final BasicStroke SOLID = new BasicStroke(1.5f);
    private static final BasicStroke DASHED =
            new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);
    private static final int MAX_LABEL_LENGTH = 80;

    private final List<CandidateResult> placed;
    private final List<CandidateResult> unplaced;
    private final List<CandidateResult> outside;
    private final ScoreFormat format;
    private final Axes.Range scores;

    TradeOff(Leaderboard leaderboard) {
        this.format = leaderboard.format();
        List<CandidateResult> known = leaderboard.ranked().stream()
                .filter(result -> result.headline().known())
                .toList();
        this.placed = known.stream().filter(result -> result.parameters() > 0).toList();
        Map<Boolean, List<CandidateResult>> others = known.stream()
                .filter(result -> !(result.parameters() > 0))
                .collect(Collectors.partitioningBy(this::nearPlaced));
        this.unplaced = others.get(true);
        this.outside = others.get(false);
        this.scores = known.isEmpty()
                ? null
                : format.range(Stream.concat(placed.stream(), unplaced.stream())
                        .map(CandidateResult::headline)
                        .flatMapToDouble(score -> DoubleStream.of(score.low(), score.high())));
    }

    /** Returns whether the axis can show a score without becoming much longer than the range of placed candidates. */
    private boolean nearPlaced(CandidateResult result) {
        var means =
                placed.stream().mapToDouble(other -> other.headline().mean()).summaryStatistics();
        double length = Math.max(means.getMax() - means.getMin(), 0.1 * Math.abs(means.getMax()));
        double mean = result.headline().mean();
        return mean >= means.getMin() - length && mean <= means.getMax() + length;
    }

    /** Returns whether there are at least two candidates, one of them with a place on the axis. */
    boolean drawable() {
        return !placed.isEmpty() && placed.size() + unplaced.size() + outside.size() > 1;
    }

    @Override
    public String id() {
        return "trade-off";
    }

    @Override
    public String title() {
        return "Quality by number of trainable parameters";
    }

    @Override
    public String description() {
        String front = Format.list(front().stream()
                .map(result -> result.name() + " (" + Format.count(result.parameters()) + " parameters, "
                        + format.quantity(result.headline()) + ")")
                .toList());
        return (front.isEmpty()
                        ? "No candidate that trains parameters is better than the best one that trains none."
                        : "Pareto front: " + front + ".")
                + footnote();
    }

    /** Returns a note about the candidates without a place on the axis; empty if there are none. */
    String footnote() {
        return (unplaced.isEmpty()
                        ? ""
                        : " Dashed lines: candidates with no or an unknown number of trainable parameters: "
                                + names(unplaced) + ".")
                + (outside.isEmpty() ? "" : " Outside the chart: " + names(outside) + ".");
    }

    private String names(List<CandidateResult> results) {
        return Format.list(results.stream()
                .map(result -> result.name() + " (" + format.quantity(result.headline()) + ")")
                .toList());
    }

    /** Returns the Pareto front, by ascending number of trainable parameters. */
    List<CandidateResult> front() {
        double best = format.best(Stream.concat(unplaced.stream(), outside.stream())
                .filter(result -> result.parameters() == 0)
                .mapToDouble(result -> result.headline().mean()));
        List<CandidateResult> front = new ArrayList<>();
        for (CandidateResult result : placed.stream()
                .sorted(Comparator.comparingDouble(CandidateResult::parameters)
                        .thenComparing(other -> other.headline().mean(), format.bestFirst()))
                .toList()) {
            double score = result.headline().mean();
            if (Double.isNaN(best) || format.scale().lead(score, best) > 0) {
                best = score;
                front.add(result);
            }
        }
        return front;
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, scores);
        Axes.Range values = values();
        Axes.logarithmic(chart, values);
        Axes.addIrregularValues(chart, values.low(), scores);
        List<CandidateResult> front = front();
        if (!front.isEmpty()) {
            // the front continues at the quality of its last candidate
            double[] x = DoubleStream.concat(
                            front.stream().mapToDouble(CandidateResult::parameters), DoubleStream.of(values.high()))
                    .toArray();
            double[] y = DoubleStream.concat(
                            front.stream().mapToDouble(this::quality),
                            DoubleStream.of(quality(front.get(front.size() - 1))))
                    .toArray();
            Axes.line(chart, "front", x, y, ThemeColor.AXIS, SOLID).setXYSeriesRenderStyle(XYSeriesRenderStyle.Step);
        }
        for (CandidateResult result : unplaced) {
            double[] y = {quality(result), quality(result)};
            Axes.line(
                    chart,
                    name(result),
                    new double[] {values.low(), values.high()},
                    y,
                    result.marker().color(),
                    DASHED);
        }
        for (CandidateResult result : placed) {
            Axes.points(
                    chart,
                    name(result),
                    new double[] {result.parameters()},
                    new double[] {quality(result)},
                    result.headline().n() > 1
                            ? new double[] {format.plotted(result.headline().sd())}
                            : null,
                    result.marker());
        }
        return chart;
    }

    @Override
    public List<Label> labels(XYChart painted, Size size) {
        Axes.Range values = values();
        double left = painted.getScreenXFromChart(values.low());
        double right = painted.getScreenXFromChart(values.high());
        double top = painted.getScreenYFromChart(scores.high());
        double bottom = painted.getScreenYFromChart(scores.low());
        LabelPlacer placer = new LabelPlacer(
                new Rectangle2D.Double(left, top, right - left, bottom - top), Axes.font(size), MAX_LABEL_LENGTH);
        for (CandidateResult result : placed) {
            double x = painted.getScreenXFromChart(result.parameters());
            placer.block(x, painted.getScreenYFromChart(quality(result)), 6);
            double spread = format.plotted(result.headline().sd());
            double high = painted.getScreenYFromChart(quality(result) + spread);
            placer.block(new Rectangle2D.Double(
                    x - 4, high, 8, painted.getScreenYFromChart(quality(result) - spread) - high));
        }
        for (CandidateResult result : unplaced) {
            double y = painted.getScreenYFromChart(quality(result));
            placer.block(new Rectangle2D.Double(left, y - 1, right - left, 2));
        }
        blockFront(placer, painted, right);
        unplaced.forEach(result ->
                placer.labelLine(result.name(), left + 6, right - 6, painted.getScreenYFromChart(quality(result))));
        placed.forEach(result -> placer.labelPoint(
                result.name(),
                painted.getScreenXFromChart(result.parameters()),
                painted.getScreenYFromChart(quality(result))));
        return placer.placed();
    }

    private void blockFront(LabelPlacer placer, XYChart painted, double right) {
        List<CandidateResult> front = front();
        for (int i = 0; i < front.size(); i++) {
            boolean last = i == front.size() - 1;
            double x = painted.getScreenXFromChart(front.get(i).parameters());
            double y = painted.getScreenYFromChart(quality(front.get(i)));
            double end =
                    last ? right : painted.getScreenXFromChart(front.get(i + 1).parameters());
            placer.block(new Rectangle2D.Double(x, y - 1, end - x, 2));
            if (!last) {
                double top = painted.getScreenYFromChart(quality(front.get(i + 1)));
                placer.block(new Rectangle2D.Double(end - 1, top, 2, y - top));
            }
        }
    }

    private Axes.Range values() {
        return Axes.Range.logarithmic(placed.stream().mapToDouble(CandidateResult::parameters));
    }

    private double quality(CandidateResult result) {
        return format.plotted(result.headline().mean());
    }

    // XChart requires unique names that are not empty; they are not shown
    private static String name(CandidateResult result) {
        return "candidate " + result.index();
    }
}
