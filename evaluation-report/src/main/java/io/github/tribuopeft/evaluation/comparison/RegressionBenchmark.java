package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.Strata;
import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.regression.Regressor;

/** Benchmark of regression models. */
public final class RegressionBenchmark extends TextBenchmark<Regressor> {

    /** Names that Tribuo gives to a number without a name. */
    private static final String[] UNNAMED = {Regressor.DEFAULT_NAME + "-0"};

    /** Numbers have no strata, so samples are random. */
    private static final Strata<Example<Regressor>> NONE = new Strata<>("none", example -> Map.of());

    /**
     * Creates a benchmark.
     *
     * @param training training data
     * @param development data that selects the best epoch, or null
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public RegressionBenchmark(
            Dataset<Regressor> training,
            Dataset<Regressor> development,
            Dataset<Regressor> test,
            Function<Example<Regressor>, String> text) {
        super(training, development, test, text, RegressionBenchmark::names);
    }

    /**
     * Returns the test items of examples.
     *
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public static List<TestItem> items(Dataset<Regressor> test, Function<Example<Regressor>, String> text) {
        return items(test, text, RegressionBenchmark::names);
    }

    /** Returns the value of each dimension as {@link RegressionScoring} reads it, by the names of the dimensions. */
    public static List<String> names(Regressor output) {
        boolean unnamed = Arrays.equals(output.getNames(), UNNAMED);
        return StreamSupport.stream(output.spliterator(), false)
                .sorted(Comparator.comparing(Regressor.DimensionTuple::getName))
                .map(dimension ->
                        new RegressionScoring.Dimension(unnamed ? "" : dimension.getName(), dimension.getValue()))
                .map(RegressionScoring.Dimension::toString)
                .toList();
    }

    @Override
    public Scoring scoring() {
        return new RegressionScoring();
    }

    @Override
    Dataset<Regressor> sample(int size, long seed) {
        return new StratifiedSplitter<>(NONE, seed).sample(training, size);
    }
}
