package io.github.tribuopeft.evaluation.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Scoring of predicted numbers: root mean squared error, mean absolute error and the coefficient of determination, each
 * averaged over the dimensions as in Tribuo's {@code RegressionEvaluation}.
 *
 * <p>A {@link Dimension} is written as {@code name=value}, or as the number alone if the output has one dimension
 * without a name. All items have the same dimensions in the same order.
 */
public record RegressionScoring() implements Scoring {

    private static final String RMSE = "RMSE";
    private static final String MAE = "MAE";
    private static final String R2 = "R²";

    /**
     * Value of a dimension of an output.
     *
     * @param name name; empty for the only dimension of an output without names
     * @param value finite value
     */
    public record Dimension(String name, double value) {

        /** Parses the text of a dimension. */
        public static Dimension parse(String text) {
            int equals = text.lastIndexOf('=');
            return new Dimension(
                    text.substring(0, Math.max(equals, 0)), Double.parseDouble(text.substring(equals + 1)));
        }

        @Override
        public String toString() {
            return name.isEmpty() ? String.valueOf(value) : name + "=" + value;
        }
    }

    /** Sums over the test items for one dimension. */
    private static final class Sums {
        private int n;
        private double gold;
        private double squaredDeviations;
        private double absoluteErrors;
        private double squaredErrors;

        private void add(double goldValue, double predictedValue) {
            double error = predictedValue - goldValue;
            n++;
            gold += goldValue;
            squaredErrors += error * error;
            absoluteErrors += Math.abs(error);
        }

        private double rmse() {
            return Math.sqrt(squaredErrors / n);
        }

        private double mae() {
            return absoluteErrors / n;
        }

        /** Returns the coefficient of determination; NaN if all gold values are equal. */
        private double r2() {
            return squaredDeviations > 0 ? 1 - squaredErrors / squaredDeviations : Double.NaN;
        }
    }

    @Override
    public String task() {
        return "regression";
    }

    @Override
    public String headline() {
        return RMSE;
    }

    @Override
    public MetricScale scale(String metric) {
        return metric.startsWith(R2) ? MetricScale.COEFFICIENT : MetricScale.ERROR;
    }

    /** Returns the number of items and the squared error of each dimension. */
    @Override
    public double[] counts(List<String> gold, List<String> predicted) {
        double[] counts = new double[1 + gold.size()];
        counts[0] = 1;
        for (int i = 0; i < gold.size(); i++) {
            double error = Dimension.parse(predicted.get(i)).value()
                    - Dimension.parse(gold.get(i)).value();
            counts[1 + i] = error * error;
        }
        return counts;
    }

    @Override
    public double headline(double[] totals) {
        double sum = 0;
        for (int i = 1; i < totals.length; i++) {
            sum += Math.sqrt(totals[i] / totals[0]);
        }
        return sum / (totals.length - 1);
    }

    @Override
    public Map<String, Double> metrics(List<TestItem> items, List<List<String>> predicted) {
        Map<String, Sums> dimensions = sums(items, predicted);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(headline(), mean(dimensions, Sums::rmse));
        metrics.put(MAE, mean(dimensions, Sums::mae));
        metrics.put(R2, mean(dimensions, Sums::r2));
        if (dimensions.size() > 1) {
            dimensions.forEach((name, sums) -> metrics.put(RMSE + " of " + name, sums.rmse()));
        }
        return metrics;
    }

    private static double mean(Map<String, Sums> dimensions, ToDoubleFunction<Sums> metric) {
        return dimensions.values().stream().mapToDouble(metric).average().orElseThrow();
    }

    private static Map<String, Sums> sums(List<TestItem> items, List<List<String>> predicted) {
        Map<String, Sums> dimensions = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            for (int j = 0; j < items.get(i).gold().size(); j++) {
                Dimension gold = Dimension.parse(items.get(i).gold().get(j));
                dimensions
                        .computeIfAbsent(gold.name(), name -> new Sums())
                        .add(
                                gold.value(),
                                Dimension.parse(predicted.get(i).get(j)).value());
            }
        }
        for (TestItem item : items) {
            for (String text : item.gold()) {
                Dimension gold = Dimension.parse(text);
                Sums sums = dimensions.get(gold.name());
                double deviation = gold.value() - sums.gold / sums.n;
                sums.squaredDeviations += deviation * deviation;
            }
        }
        return dimensions;
    }

    /** {@inheritDoc} A regression has no classes. */
    @Override
    public List<ClassScore> classes(List<TestItem> items, List<List<String>> predicted) {
        return List.of();
    }

    /** {@inheritDoc} The errors of a regression differ by size only. */
    @Override
    public Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> predicted) {
        return Map.of();
    }
}
