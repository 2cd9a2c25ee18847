package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.evaluation.comparison.Benchmark;
import io.github.tribuopeft.evaluation.comparison.RegressionBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.head.RegressorHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.RegressionInfo;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.baseline.DummyRegressionTrainer;
import org.tribuo.regression.evaluation.RegressionEvaluator;
import org.tribuo.regression.sgd.linear.LinearSGDModel;
import org.tribuo.regression.sgd.linear.LinearSGDTrainer;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

/**
 * Regression: one number, or several named numbers, for each text. In data files, a label is a number such as {@code
 * 3.5}, or names with numbers such as {@code valence=0.8,arousal=0.1}.
 */
final class RegressionTask extends TextTask<Regressor> {

    RegressionTask() {
        super(Regressor.class, new RegressionFactory(), RegressorHead.class);
    }

    @Override
    Dataset<Regressor> read(DataOptions options, Path file, TextExampleExtractor<Regressor> extractor)
            throws IOException {
        try {
            return super.read(options, file, extractor);
        } catch (IllegalArgumentException e) {
            requireSameDimensions(options, file); // throws an error that names the line
            throw e;
        }
    }

    /** Checks that all examples have the dimensions of the first one. */
    private void requireSameDimensions(DataOptions options, Path file) throws IOException {
        SortedSet<String> first = new TreeSet<>();
        options.requireLabels(file, cell -> {
            if (first.isEmpty()) {
                first.addAll(dimensions(cell));
            }
            return mismatch(cell, first);
        });
    }

    @Override
    Optional<String> mismatch(String cell, Collection<String> known) {
        SortedSet<String> dimensions = dimensions(cell);
        return dimensions.equals(new TreeSet<>(known))
                ? Optional.empty()
                : Optional.of("the label '" + Whitespace.trim(cell) + "' has the dimensions " + dimensions
                        + "; expected " + new TreeSet<>(known));
    }

    /** Returns the dimensions in a cell of the label column, as {@link Regressor#parseString} does. */
    private static SortedSet<String> dimensions(String cell) {
        String[] elements = cell.split(",");
        SortedSet<String> dimensions = new TreeSet<>();
        for (int i = 0; i < elements.length; i++) {
            int equals = elements[i].indexOf('=');
            dimensions.add(
                    equals < 0 ? Regressor.DEFAULT_NAME + "-" + i : Whitespace.trim(elements[i].substring(0, equals)));
        }
        return dimensions;
    }

    @Override
    public TaskResults test(PeftModel<Regressor> model, Dataset<Regressor> data) {
        RegressionInfo trained = (RegressionInfo) model.getOutputIDInfo();
        List<String> dimensions = model.labels();
        Regressor mean = new Regressor(
                dimensions.toArray(String[]::new),
                dimensions.stream().mapToDouble(trained::getMean).toArray());
        return new RegressionResults(data, dimensions, mean, new RegressionEvaluator().evaluate(model, data));
    }

    @Override
    Benchmark<Dataset<Regressor>, Model<Regressor>> benchmark(
            Dataset<Regressor> training, Dataset<Regressor> development, Dataset<Regressor> test) {
        return new RegressionBenchmark(training, development, test, TextExampleExtractor::text);
    }

    /** {@inheritDoc} These are Tribuo's linear regression on words and pairs of words, and the mean. */
    @Override
    List<TrainableCandidate<Dataset<Regressor>, Model<Regressor>>> baselines() {
        return List.of(
                new TribuoCandidate<Dataset<Regressor>, Model<Regressor>, LinearSGDTrainer>(
                        "tribuo-linear",
                        seed -> new LinearSGDTrainer(new SquaredLoss(), new AdaGrad(0.1), BASELINE_EPOCHS, seed),
                        LinearSGDTrainer::train,
                        model -> TribuoCandidate.weights(((LinearSGDModel) model).getWeightsCopy())),
                new TribuoCandidate<Dataset<Regressor>, Model<Regressor>, DummyRegressionTrainer>(
                        "mean",
                        seed -> DummyRegressionTrainer.createMeanTrainer(),
                        DummyRegressionTrainer::train,
                        model -> model.getOutputIDInfo().size()));
    }
}
