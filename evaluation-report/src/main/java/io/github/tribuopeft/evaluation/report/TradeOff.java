package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;

/**
 * Quality against trained values, on a logarithmic axis, with the contestants that nobody beats at both: the Pareto front. A contestant
 * whose values nobody counted, or that has none, has no place on that axis: a dashed line shows its quality.
 */
final class TradeOff implements Figure {

    private static final BasicStroke SOLID = new BasicStroke(1.5f);
    private static final BasicStroke DASHED =
            new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);
    private static final int LONGEST_LABEL = 28;

    private final List<CandidateResult> placed;
    private final List<CandidateResult> unplaced;
    private final Axes.Range shares;

    TradeOff(Leaderboard standings) {
        List<CandidateResult> known = standings.ranked().stream()
                .filter(standing -> standing.headline().known())
                .toList();
        this.placed = known.stream()
                .filter(standing -> standing.trainableValues() > 0)
                .toList();
        this.unplaced = known.stream()
                .filter(standing -> !(standing.trainableValues() > 0))
                .toList();
        this.shares = known.isEmpty()
                ? null
                : Axes.Range.ofShares(known.stream()
                        .map(CandidateResult::headline)
                        .flatMapToDouble(score -> DoubleStream.of(score.low(), score.high())));
    }

    /** Whether there is anything to place on the axis, and anything to compare it with. */
    boolean drawable() {
        return !placed.isEmpty() && placed.size() + unplaced.size() > 1;
    }

    @Override
    public String id() {
        return "trade-off";
    }

    @Override
    public String title() {
        return "Quality by number of trained values";
    }

    @Override
    public String description() {
        String front = Format.list(front().stream()
                .map(standing -> standing.name() + " (" + Format.count(standing.trainableValues()) + " values, "
                        + Format.percent(standing.headline()) + " %)")
                .toList());
        return (front.isEmpty()
                        ? "Nobody who trains values is better than somebody who trains none."
                        : "Nobody is better with as few trained values than " + front + ".")
                + footnote();
    }

    /** What is said of those that have no place on the axis; empty if all have. */
    String footnote() {
        return unplaced.isEmpty()
                ? ""
                : " Dashed lines: no trained values, or nobody counted them: "
                        + Format.list(unplaced.stream()
                                .map(standing -> standing.name() + " (" + Format.percent(standing.headline()) + " %)")
                                .toList())
                        + ".";
    }

    /** From the fewest trained values to the most; each better than all before it. */
    List<CandidateResult> front() {
        double best = unplaced.stream()
                .filter(standing -> standing.trainableValues() == 0)
                .mapToDouble(standing -> standing.headline().mean())
                .max()
                .orElse(-1);
        List<CandidateResult> front = new ArrayList<>();
        for (CandidateResult standing : placed.stream()
                .sorted(Comparator.comparingDouble(CandidateResult::trainableValues)
                        .thenComparing(other -> -other.headline().mean()))
                .toList()) {
            if (standing.headline().mean() > best) {
                best = standing.headline().mean();
                front.add(standing);
            }
        }
        return front;
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, shares);
        Axes.Range values = values();
        Axes.logarithmic(chart, values);
        List<CandidateResult> front = front();
        if (!front.isEmpty()) {
            // the front goes on at its last quality
            double[] x = DoubleStream.concat(
                            front.stream().mapToDouble(CandidateResult::trainableValues),
                            DoubleStream.of(values.high()))
                    .toArray();
            double[] y = DoubleStream.concat(
                            front.stream().mapToDouble(TradeOff::quality),
                            DoubleStream.of(quality(front.get(front.size() - 1))))
                    .toArray();
            Axes.line(chart, "front", x, y, ThemeColor.AXIS, SOLID).setXYSeriesRenderStyle(XYSeriesRenderStyle.Step);
        }
        for (CandidateResult standing : unplaced) {
            double[] y = {quality(standing), quality(standing)};
            Axes.line(
                    chart,
                    name(standing),
                    new double[] {values.low(), values.high()},
                    y,
                    standing.mark().ink(),
                    DASHED);
        }
        for (CandidateResult standing : placed) {
            Axes.points(
                    chart,
                    name(standing),
                    new double[] {standing.trainableValues()},
                    new double[] {quality(standing)},
                    standing.headline().n() > 1
                            ? new double[] {100 * standing.headline().sd()}
                            : null,
                    standing.mark());
        }
        return chart;
    }

    @Override
    public List<Label> labels(XYChart painted, Size size) {
        Axes.Range values = values();
        double left = painted.getScreenXFromChart(values.low());
        double right = painted.getScreenXFromChart(values.high());
        double top = painted.getScreenYFromChart(shares.high());
        double bottom = painted.getScreenYFromChart(shares.low());
        LabelPlacer placer = new LabelPlacer(
                new Rectangle2D.Double(left, top, right - left, bottom - top), Axes.font(size), LONGEST_LABEL);
        for (CandidateResult standing : placed) {
            double x = painted.getScreenXFromChart(standing.trainableValues());
            placer.block(x, painted.getScreenYFromChart(quality(standing)), 6);
            double spread = 100 * standing.headline().sd();
            double high = painted.getScreenYFromChart(quality(standing) + spread);
            placer.block(new Rectangle2D.Double(
                    x - 4, high, 8, painted.getScreenYFromChart(quality(standing) - spread) - high));
        }
        for (CandidateResult standing : unplaced) {
            double y = painted.getScreenYFromChart(quality(standing));
            placer.block(new Rectangle2D.Double(left, y - 1, right - left, 2));
        }
        blockFront(placer, painted, right);
        unplaced.forEach(standing ->
                placer.above(standing.name(), left + 6, right - 6, painted.getScreenYFromChart(quality(standing))));
        placed.forEach(standing -> placer.beside(
                standing.name(),
                painted.getScreenXFromChart(standing.trainableValues()),
                painted.getScreenYFromChart(quality(standing))));
        return placer.placed();
    }

    private void blockFront(LabelPlacer placer, XYChart painted, double right) {
        List<CandidateResult> front = front();
        for (int i = 0; i < front.size(); i++) {
            boolean last = i == front.size() - 1;
            double x = painted.getScreenXFromChart(front.get(i).trainableValues());
            double y = painted.getScreenYFromChart(quality(front.get(i)));
            double end =
                    last ? right : painted.getScreenXFromChart(front.get(i + 1).trainableValues());
            placer.block(new Rectangle2D.Double(x, y - 1, end - x, 2));
            if (!last) {
                double top = painted.getScreenYFromChart(quality(front.get(i + 1)));
                placer.block(new Rectangle2D.Double(end - 1, top, 2, y - top));
            }
        }
    }

    private Axes.Range values() {
        return Axes.Range.logarithmic(placed.stream().mapToDouble(CandidateResult::trainableValues));
    }

    private static double quality(CandidateResult standing) {
        return 100 * standing.headline().mean();
    }

    // XChart's own names: never shown, but must be unique and not empty
    private static String name(CandidateResult standing) {
        return "contestant " + standing.index();
    }
}
