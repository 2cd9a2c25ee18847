package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.MetricScale;
import io.github.tribuopeft.evaluation.comparison.RegressionScoring.Dimension;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.ErrorSamples.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Parts of reports on regression. */
final class RegressionView implements TaskView {

    @Override
    public String classNoun() {
        return "dimension";
    }

    /** {@inheritDoc} The size of an error is the largest over dimensions, relative to the range of the gold values. */
    @Override
    public int[] errors(List<TestItem> items, List<List<String>> predictions) {
        int dimensions = items.get(0).gold().size();
        double[] scale =
                IntStream.range(0, dimensions).mapToDouble(j -> range(items, j)).toArray();
        return IntStream.range(0, items.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -error(items.get(i).gold(), predictions.get(i), scale)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double range(List<TestItem> items, int dimension) {
        var values = items.stream()
                .mapToDouble(item -> Dimension.parse(item.gold().get(dimension)).value())
                .summaryStatistics();
        return values.getMax() > values.getMin() ? values.getMax() - values.getMin() : 1;
    }

    private static double error(List<String> gold, List<String> predicted, double[] scale) {
        return IntStream.range(0, scale.length)
                .mapToDouble(j -> Math.abs(Dimension.parse(predicted.get(j)).value()
                                - Dimension.parse(gold.get(j)).value())
                        / scale[j])
                .max()
                .orElse(0);
    }

    @Override
    public boolean graded() {
        return true;
    }

    @Override
    public String developmentMetric() {
        return "Development RMSE, in standard deviations of the training data,";
    }

    @Override
    public List<Segment> segments(TestItem item, List<String> output, List<String> other) {
        return List.of(Segment.plain(
                String.join(", ", output.stream().map(RegressionView::text).toList())));
    }

    private static String text(String output) {
        Dimension dimension = Dimension.parse(output);
        return (dimension.name().isEmpty() ? "" : dimension.name() + " ") + Format.value(dimension.value());
    }

    @Override
    public List<Scatter> scatters(Leaderboard leaderboard, CandidateResult result) {
        List<TestItem> items = leaderboard.comparison().items();
        List<List<String>> predictions = result.cells().get(0).predictions();
        List<Scatter> scatters = new ArrayList<>();
        for (int j = 0; j < items.get(0).gold().size(); j++) {
            int dimension = j;
            scatters.add(new Scatter(
                    result,
                    Dimension.parse(items.get(0).gold().get(j)).name(),
                    items.stream()
                            .mapToDouble(item ->
                                    Dimension.parse(item.gold().get(dimension)).value())
                            .toArray(),
                    predictions.stream()
                            .mapToDouble(values ->
                                    Dimension.parse(values.get(dimension)).value())
                            .toArray()));
        }
        return scatters;
    }

    /** Returns the signed error of each dimension. */
    @Override
    public String note(TestItem item, List<String> predicted, List<Map<String, Double>> probabilities) {
        ScoreFormat format = new ScoreFormat(MetricScale.ERROR);
        List<String> gold = item.gold();
        return "Predicted minus gold: "
                + IntStream.range(0, gold.size())
                        .mapToObj(i -> {
                            Dimension dimension = Dimension.parse(gold.get(i));
                            double error = Dimension.parse(predicted.get(i)).value() - dimension.value();
                            return (dimension.name().isEmpty() ? "" : dimension.name() + " ") + format.signed(error);
                        })
                        .collect(Collectors.joining(", "))
                + ".";
    }
}
