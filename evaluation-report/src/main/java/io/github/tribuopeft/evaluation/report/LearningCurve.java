package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Cell.Epoch;
import io.github.tribuopeft.evaluation.comparison.MetricScale;
import java.awt.BasicStroke;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** Quantity of a candidate by epoch: one line for each seed, with a marker at the epoch of the model. */
final class LearningCurve implements Figure {

    private static final BasicStroke LINE = new BasicStroke(1.25f);
    private static final int MAX_LABELS = 6;

    /**
     * Quantity of epochs.
     *
     * @param id part of the ids of figures
     * @param name name
     * @param format format of its values
     * @param value value of an epoch; NaN if unknown
     */
    private record Quantity(String id, String name, ScoreFormat format, ToDoubleFunction<Epoch> value) {

        boolean known(Epoch epoch) {
            return !Double.isNaN(value.applyAsDouble(epoch));
        }

        double plotted(Epoch epoch) {
            return format.plotted(value.applyAsDouble(epoch));
        }
    }

    private final CandidateResult result;
    private final Quantity quantity;
    private final List<List<Epoch>> runs;
    private final Axes.Range range;
    private final int epochs;

    private LearningCurve(CandidateResult result, Quantity quantity, Axes.Range range, int epochs) {
        this.result = result;
        this.quantity = quantity;
        this.runs = runs(result, quantity).toList();
        this.range = range;
        this.epochs = epochs;
    }

    /** Returns the development metric of all candidates that report it, on the same axes. */
    static List<LearningCurve> ofDevelopmentMetric(Leaderboard leaderboard) {
        ScoreFormat format = leaderboard.format();
        return of(
                leaderboard,
                new Quantity(
                        "learning",
                        "Development metric",
                        format,
                        epoch -> format.developmentValue(epoch.developmentMetric())));
    }

    /** Returns the training loss of all candidates that report it, on the same axes. */
    static List<LearningCurve> ofLoss(Leaderboard leaderboard) {
        return of(leaderboard, new Quantity("loss", "Training loss", new ScoreFormat(MetricScale.ERROR), Epoch::loss));
    }

    private static List<LearningCurve> of(Leaderboard leaderboard, Quantity quantity) {
        List<Epoch> all = leaderboard.all().stream()
                .flatMap(result -> runs(result, quantity))
                .flatMap(List::stream)
                .toList();
        if (all.isEmpty()) {
            return List.of();
        }
        Axes.Range range = quantity.format().range(all.stream().mapToDouble(quantity.value()));
        int epochs = all.stream().mapToInt(Epoch::number).max().getAsInt();
        return leaderboard.all().stream()
                .filter(result -> runs(result, quantity).findAny().isPresent())
                .map(result -> new LearningCurve(result, quantity, range, epochs))
                .toList();
    }

    private static Stream<List<Epoch>> runs(CandidateResult result, Quantity quantity) {
        return result.cells().stream()
                .map(cell -> cell.epochs().stream().filter(quantity::known).toList())
                .filter(run -> !run.isEmpty());
    }

    CandidateResult result() {
        return result;
    }

    @Override
    public String id() {
        return quantity.id() + "-" + result.index();
    }

    @Override
    public String title() {
        return quantity.name() + " of " + result.name() + " by epoch";
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
                        + quantity.format()
                                .quantity(Sample.of(
                                        DoubleStream.of(quantity.value().applyAsDouble(epoch))))
                        + ".")
                .findFirst()
                .orElse("");
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, range);
        double margin = Math.min(0.5, 0.04 * epochs);
        chart.getStyler().setXAxisMin(epochs == 1 ? 0.0 : 1 - margin).setXAxisMax(epochs == 1 ? 2.0 : epochs + margin);
        // labels() adds whole numbers in place of the tick labels
        chart.getStyler().setXAxisTickLabelsColor(ThemeColor.NONE);
        chart.getStyler().setAxisTicksMarksVisible(false);
        Axes.addIrregularValues(chart, 1, range);
        for (int run = 0; run < runs.size(); run++) {
            Axes.line(
                    chart,
                    "run " + run,
                    runs.get(run).stream().mapToDouble(Epoch::number).toArray(),
                    runs.get(run).stream().mapToDouble(quantity::plotted).toArray(),
                    result.marker().color(),
                    LINE);
        }
        List<Epoch> chosen =
                runs.stream().flatMap(List::stream).filter(Epoch::chosen).toList();
        if (!chosen.isEmpty()) {
            Axes.points(
                    chart,
                    "chosen",
                    chosen.stream().mapToDouble(Epoch::number).toArray(),
                    chosen.stream().mapToDouble(quantity::plotted).toArray(),
                    null,
                    result.marker());
        }
        return chart;
    }

    /** Returns the numbers of at most six epochs below the axis, including the first. */
    @Override
    public List<Label> labels(XYChart painted, Size size) {
        int step = (epochs + MAX_LABELS - 1) / MAX_LABELS;
        double baseline = painted.getScreenYFromChart(range.low()) + 1.5 * size.fontSize;
        return IntStream.iterate(1, epoch -> epoch <= epochs, epoch -> epoch + step)
                .mapToObj(epoch -> new Label(Format.count(epoch), painted.getScreenXFromChart(epoch), baseline, "tick"))
                .toList();
    }
}
