package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Cell.Epoch;
import java.awt.BasicStroke;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** Development metric of a candidate by epoch: one line for each seed, with a marker at the epoch of the model. */
final class LearningCurve implements Figure {

    private static final BasicStroke LINE = new BasicStroke(1.25f);

    private final CandidateResult result;
    private final List<List<Epoch>> runs;
    private final ScoreFormat format;
    private final Axes.Range metrics;
    private final int epochs;

    private LearningCurve(CandidateResult result, ScoreFormat format, Axes.Range metrics, int epochs) {
        this.result = result;
        this.runs = runs(result).toList();
        this.format = format;
        this.metrics = metrics;
        this.epochs = epochs;
    }

    /** Returns the curves of all candidates that report their epochs, on the same axes. */
    static List<LearningCurve> of(Leaderboard leaderboard) {
        List<Epoch> all = leaderboard.all().stream()
                .flatMap(LearningCurve::runs)
                .flatMap(List::stream)
                .toList();
        if (all.isEmpty()) {
            return List.of();
        }
        ScoreFormat format = leaderboard.format();
        Axes.Range metrics =
                format.range(all.stream().mapToDouble(epoch -> format.developmentValue(epoch.developmentMetric())));
        int epochs = all.stream().mapToInt(Epoch::number).max().getAsInt();
        return leaderboard.all().stream()
                .filter(result -> runs(result).findAny().isPresent())
                .map(result -> new LearningCurve(result, format, metrics, epochs))
                .toList();
    }

    private static Stream<List<Epoch>> runs(CandidateResult result) {
        return result.cells().stream()
                .map(cell -> cell.epochs().stream()
                        .filter(epoch -> !Double.isNaN(epoch.developmentMetric()))
                        .toList())
                .filter(run -> !run.isEmpty());
    }

    CandidateResult result() {
        return result;
    }

    @Override
    public String id() {
        return "learning-" + result.index();
    }

    @Override
    public String title() {
        return "Development metric of " + result.name() + " by epoch";
    }

    @Override
    public String description() {
        return result.cells().stream()
                .map(this::chosenEpoch)
                .filter(text -> !text.isEmpty())
                .reduce((one, other) -> one + " " + other)
                .orElse("No epoch was selected.");
    }

    private String chosenEpoch(Cell cell) {
        return cell.epochs().stream()
                .filter(Epoch::chosen)
                .map(epoch -> "Seed " + cell.key().seed() + ": epoch " + epoch.number() + " of "
                        + cell.epochs().size() + " selected, at "
                        + format.quantity(
                                Sample.of(DoubleStream.of(format.developmentValue(epoch.developmentMetric()))))
                        + ".")
                .findFirst()
                .orElse("");
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, metrics);
        double margin = Math.min(0.5, 0.04 * epochs);
        chart.getStyler().setXAxisMin(epochs == 1 ? 0.0 : 1 - margin).setXAxisMax(epochs == 1 ? 2.0 : epochs + margin);
        for (int run = 0; run < runs.size(); run++) {
            double[] x = runs.get(run).stream().mapToDouble(Epoch::number).toArray();
            double[] y = runs.get(run).stream().mapToDouble(this::plotted).toArray();
            Axes.line(chart, "run " + run, x, y, result.marker().color(), LINE);
        }
        List<Epoch> chosen =
                runs.stream().flatMap(List::stream).filter(Epoch::chosen).toList();
        if (!chosen.isEmpty()) {
            Axes.points(
                    chart,
                    "chosen",
                    chosen.stream().mapToDouble(Epoch::number).toArray(),
                    chosen.stream().mapToDouble(this::plotted).toArray(),
                    null,
                    result.marker());
        }
        return chart;
    }

    private double plotted(Epoch epoch) {
        return format.plotted(format.developmentValue(epoch.developmentMetric()));
    }
}
