package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Cell.Epoch;
import java.awt.BasicStroke;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** One contestant's development metric by epoch: a line for each seed, with a mark where the model was taken from. */
final class LearningCurve implements Figure {

    private static final BasicStroke LINE = new BasicStroke(1.25f);

    private final CandidateResult standing;
    private final List<List<Epoch>> runs;
    private final Axes.Range shares;
    private final int epochs;

    private LearningCurve(CandidateResult standing, Axes.Range shares, int epochs) {
        this.standing = standing;
        this.runs = runs(standing).toList();
        this.shares = shares;
        this.epochs = epochs;
    }

    /** The curves of all contestants that tell of their epochs, on the same axes. */
    static List<LearningCurve> of(Leaderboard standings) {
        List<Epoch> all = standings.all().stream()
                .flatMap(LearningCurve::runs)
                .flatMap(List::stream)
                .toList();
        if (all.isEmpty()) {
            return List.of();
        }
        Axes.Range shares = Axes.Range.ofShares(all.stream().mapToDouble(Epoch::developmentMetric));
        int epochs = all.stream().mapToInt(Epoch::number).max().getAsInt();
        return standings.all().stream()
                .filter(standing -> runs(standing).findAny().isPresent())
                .map(standing -> new LearningCurve(standing, shares, epochs))
                .toList();
    }

    private static Stream<List<Epoch>> runs(CandidateResult standing) {
        return standing.cells().stream()
                .map(cell -> cell.epochs().stream()
                        .filter(epoch -> !Double.isNaN(epoch.developmentMetric()))
                        .toList())
                .filter(run -> !run.isEmpty());
    }

    CandidateResult standing() {
        return standing;
    }

    @Override
    public String id() {
        return "learning-" + standing.index();
    }

    @Override
    public String title() {
        return "Development metric of " + standing.name() + " by epoch";
    }

    @Override
    public String description() {
        return standing.cells().stream()
                .map(LearningCurve::told)
                .filter(told -> !told.isEmpty())
                .reduce((one, other) -> one + " " + other)
                .orElse("No epoch was chosen.");
    }

    private static String told(Cell cell) {
        return cell.epochs().stream()
                .filter(Epoch::chosen)
                .map(epoch -> "Seed " + cell.key().seed() + ": epoch " + epoch.number() + " of "
                        + cell.epochs().size() + " chosen, at " + Format.percent(epoch.developmentMetric()) + " %.")
                .findFirst()
                .orElse("");
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, shares);
        double room = Math.min(0.5, 0.04 * epochs);
        chart.getStyler().setXAxisMin(epochs == 1 ? 0.0 : 1 - room).setXAxisMax(epochs == 1 ? 2.0 : epochs + room);
        for (int run = 0; run < runs.size(); run++) {
            double[] x = runs.get(run).stream().mapToDouble(Epoch::number).toArray();
            double[] y = runs.get(run).stream()
                    .mapToDouble(epoch -> 100 * epoch.developmentMetric())
                    .toArray();
            Axes.line(chart, "run " + run, x, y, standing.mark().ink(), LINE);
        }
        List<Epoch> chosen =
                runs.stream().flatMap(List::stream).filter(Epoch::chosen).toList();
        if (!chosen.isEmpty()) {
            Axes.points(
                    chart,
                    "chosen",
                    chosen.stream().mapToDouble(Epoch::number).toArray(),
                    chosen.stream()
                            .mapToDouble(epoch -> 100 * epoch.developmentMetric())
                            .toArray(),
                    null,
                    standing.mark());
        }
        return chart;
    }
}
