package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.RegressionBenchmark;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Dataset;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.evaluation.RegressionEvaluation;

/**
 * Results of a regression model.
 *
 * @param data the test set
 * @param dimensions the names of the model's dimensions
 * @param mean the mean of the training data
 * @param evaluation Tribuo's evaluation
 */
record RegressionResults(
        Dataset<Regressor> data, List<String> dimensions, Regressor mean, RegressionEvaluation evaluation)
        implements TaskResults {

    @Override
    public int examples() {
        return evaluation.getPredictions().size();
    }

    @Override
    public String table() {
        int width = dimensions.stream().mapToInt(String::length).max().orElse(0);
        String name = "%n%-" + Math.max(width, 9) + "s";
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "RMSE %.4f, MAE %.4f, R2 %.4f on %,d examples%n" + name + "        RMSE         MAE        R2",
                evaluation.averageRMSE(),
                evaluation.averageMAE(),
                evaluation.averageR2(),
                examples(),
                "dimension"));
        for (String dimension : dimensions) {
            Regressor key = key(dimension);
            table.append(String.format(
                    Locale.ROOT,
                    name + "  %10.4f  %10.4f  %8.4f",
                    dimension,
                    evaluation.rmse(key),
                    evaluation.mae(key),
                    evaluation.r2(key)));
        }
        return table.toString();
    }

    @Override
    public Map<String, Object> metrics() {
        Map<String, Object> metrics =
                new LinkedHashMap<>(errors(evaluation.averageRMSE(), evaluation.averageMAE(), evaluation.averageR2()));
        Map<String, Object> each = new LinkedHashMap<>();
        for (String dimension : dimensions) {
            Regressor key = key(dimension);
            each.put(dimension, errors(evaluation.rmse(key), evaluation.mae(key), evaluation.r2(key)));
        }
        metrics.put("dimensions", each);
        return metrics;
    }

    /** Returns errors by name. R2 is null where it is not defined: if all expected values are equal. */
    private static Map<String, Double> errors(double rmse, double mae, double r2) {
        Map<String, Double> errors = new LinkedHashMap<>();
        errors.put("rmse", rmse);
        errors.put("mae", mae);
        errors.put("r2", Double.isFinite(r2) ? r2 : null);
        return errors;
    }

    @Override
    public ModelCard addTo(ModelCard card) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("RMSE", evaluation.averageRMSE());
        metrics.put("MAE", evaluation.averageMAE());
        metrics.put("R2", evaluation.averageR2());
        for (String dimension : dimensions) {
            metrics.put("RMSE of " + dimension, evaluation.rmse(key(dimension)));
        }
        return card.tested(evaluation, metrics);
    }

    @Override
    public Optional<TestPredictions> predictions() {
        List<TestItem> items = RegressionBenchmark.items(data, TextExampleExtractor::text);
        return Optional.of(new TestPredictions(
                Scoring.of(Task.REGRESSION.id()),
                items,
                evaluation.getPredictions().stream()
                        .map(prediction -> RegressionBenchmark.names(prediction.getOutput()))
                        .toList(),
                List.of(),
                Baselines.constant("mean of the training data", RegressionBenchmark.names(mean), items),
                DataDescription.of(data.getProvenance())));
    }

    /** Returns the regressor by which Tribuo's evaluation finds a dimension. */
    private static Regressor key(String dimension) {
        return new Regressor(dimension, Double.NaN);
    }
}
