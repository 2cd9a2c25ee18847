package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.util.List;
import java.util.function.Function;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** Benchmark of single-label classifiers. */
public final class LabelBenchmark extends TrainingDataBenchmark<Dataset<Label>, Model<Label>> {

    /**
     * Creates a benchmark.
     *
     * @param training training data
     * @param development data that selects the best epoch, or null
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public LabelBenchmark(
            Dataset<Label> training,
            Dataset<Label> development,
            Dataset<Label> test,
            Function<Example<Label>, String> text) {
        super(training, development, test, items(test, text));
    }

    /**
     * Returns the test items of labeled examples.
     *
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public static List<TestItem> items(Dataset<Label> test, Function<Example<Label>, String> text) {
        return test.getData().stream()
                .map(example -> new TestItem(
                        List.of(text.apply(example)),
                        List.of(example.getOutput().getLabel())))
                .toList();
    }

    @Override
    public Scoring scoring() {
        return new LabelScoring();
    }

    @Override
    public int trainingSize() {
        return training.size();
    }

    @Override
    public Dataset<Label> training(int size, long seed) {
        if (size == training.size()) {
            return training;
        }
        return StratifiedSplitter.ofLabels(seed).sample(training, size);
    }

    @Override
    public List<List<String>> predict(Model<Label> model) {
        return model.predict(test).stream().map(LabelBenchmark::label).toList();
    }

    private static List<String> label(Prediction<Label> prediction) {
        return List.of(prediction.getOutput().getLabel());
    }

    @Override
    public void warmUp(Model<Label> model) {
        model.predict(test.getExample(0));
    }

    @Override
    public long modelBytes(Model<Label> model) {
        return model.serialize().getSerializedSize();
    }
}
