package io.github.tribuopeft.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.baseline.DummyClassifierTrainer;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.multilabel.baseline.IndependentMultiLabelTrainer;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluation;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluator;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.baseline.DummyRegressionTrainer;
import org.tribuo.regression.evaluation.RegressionEvaluation;
import org.tribuo.regression.evaluation.RegressionEvaluator;

/** Comparisons of multi-label classifiers and of regression models have the scores of Tribuo's evaluators. */
class TextBenchmarkTest {

    @TempDir
    private Path folder;

    private static <T extends Output<T>> Dataset<T> data(OutputFactory<T> factory, List<T> outputs) {
        List<Example<T>> examples = outputs.stream()
                .<Example<T>>map(output -> new ArrayExample<>(output, new String[] {"x"}, new double[] {1}))
                .toList();
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("data", factory)));
    }

    private record TrainerCandidate<T extends Output<T>>(Trainer<T> trainer)
            implements TrainableCandidate<Dataset<T>, Model<T>> {
        @Override
        public Candidate candidate() {
            return new Candidate("baseline", "no backbone", "");
        }

        @Override
        public String configuration(long seed) {
            return trainer.toString();
        }

        @Override
        public Trained<Model<T>> train(Dataset<T> training, Dataset<T> development, long seed) {
            return new Trained<>(trainer.train(training), -1, -1, List.of(), () -> {});
        }
    }

    private <T extends Output<T>> ComparisonResult run(TextBenchmark<T> benchmark, Trainer<T> trainer)
            throws Exception {
        Comparison<Dataset<T>, Model<T>> comparison = new Comparison<>(
                benchmark,
                List.of(new TrainerCandidate<>(trainer)),
                List.of(1L),
                List.of(benchmark.trainingSize() / 2, benchmark.trainingSize()),
                folder,
                new ComparisonListener() {});
        ComparisonResult first = comparison.run("", Map.of());
        ComparisonResult resumed = comparison.run("", Map.of());
        assertThat(resumed).as("all cells are read from their files").isEqualTo(first);
        Path file = folder.resolve("results.json");
        ResultFile.write(file, first);
        assertThat(ResultFile.read(file)).isEqualTo(first);
        return first;
    }

    @Test
    void multiLabel() throws Exception {
        List<MultiLabel> outputs = List.of(
                new MultiLabel(Set.of(new Label("a"), new Label("b"))),
                new MultiLabel("a"),
                new MultiLabel("b"),
                new MultiLabel("a"));
        Dataset<MultiLabel> data = data(new MultiLabelFactory(), outputs);
        IndependentMultiLabelTrainer majority =
                new IndependentMultiLabelTrainer(DummyClassifierTrainer.createMostFrequentTrainer());
        ComparisonResult result = run(new MultiLabelBenchmark(data, null, data, Object::toString), majority);
        MultiLabelEvaluation evaluation = new MultiLabelEvaluator().evaluate(majority.train(data), data);
        Cell cell = result.cells("baseline", 4).get(0);
        assertThat(cell.metrics().get("micro F1"))
                .isCloseTo(evaluation.microAveragedF1(), within(1e-12))
                .isPositive();
        assertThat(result.items().get(0).gold()).containsExactly("a", "b");
        assertThat(cell.predictions().get(2)).contains("a");
    }

    @Test
    void regression() throws Exception {
        List<Regressor> outputs = List.of(
                new Regressor(new String[] {"y", "x"}, new double[] {1, 10}),
                new Regressor(new String[] {"y", "x"}, new double[] {2, 30}),
                new Regressor(new String[] {"y", "x"}, new double[] {6, 40}),
                new Regressor(new String[] {"y", "x"}, new double[] {7, 80}));
        Dataset<Regressor> data = data(new RegressionFactory(), outputs);
        DummyRegressionTrainer median = DummyRegressionTrainer.createMedianTrainer();
        ComparisonResult result = run(new RegressionBenchmark(data, null, data, Object::toString), median);
        RegressionEvaluation evaluation = new RegressionEvaluator().evaluate(median.train(data), data);
        Map<String, Double> metrics = result.cells("baseline", 4).get(0).metrics();
        assertThat(metrics.get("RMSE")).isEqualTo(evaluation.averageRMSE()).isPositive();
        assertThat(metrics.get("MAE")).isEqualTo(evaluation.averageMAE());
        assertThat(metrics.get("R²")).isEqualTo(evaluation.averageR2());
        assertThat(metrics.get("RMSE of x")).isEqualTo(evaluation.rmse(new Regressor("x", Double.NaN)));
        assertThat(result.items().get(0).gold()).containsExactly("x=10.0", "y=1.0");
    }

    @Test
    void numbersWithoutAName() {
        assertThat(RegressionBenchmark.names(new Regressor(Regressor.DEFAULT_NAME + "-0", 2.5)))
                .containsExactly("2.5");
    }
}
