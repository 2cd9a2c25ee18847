package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** One label for an example. */
public final class LabelBenchmark implements Benchmark<Dataset<Label>, Model<Label>> {

    private final Dataset<Label> training;
    private final Dataset<Label> development;
    private final Dataset<Label> test;
    private final List<TestItem> items;

    /**
     * A benchmark.
     *
     * @param training to train on
     * @param development to choose the best epoch on; may be null
     * @param test to test on
     * @param text what reports show of an example
     */
    public LabelBenchmark(
            Dataset<Label> training,
            Dataset<Label> development,
            Dataset<Label> test,
            Function<Example<Label>, String> text) {
        this.training = training;
        this.development = development;
        this.test = test;
        this.items = items(test, text);
    }

    /**
     * Test items of labelled examples.
     *
     * @param test the examples
     * @param text what reports show of an example
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
        return StratifiedSplitter.ofLabels(seed)
                .split(training, (double) size / training.size())
                .train();
    }

    @Override
    public Dataset<Label> development() {
        return development;
    }

    @Override
    public List<TestItem> items() {
        return items;
    }

    @Override
    public List<List<String>> answers(Model<Label> model) {
        return model.predict(test).stream().map(LabelBenchmark::answer).toList();
    }

    private static List<String> answer(Prediction<Label> prediction) {
        return List.of(prediction.getOutput().getLabel());
    }

    @Override
    public void warmUp(Model<Label> model) {
        model.predict(test.getExample(0));
    }

    @Override
    public void write(Model<Label> model, Path file) throws IOException {
        model.serializeToFile(file);
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("training data", DataDescription.of(training.getProvenance()));
        if (development != null) {
            provenance.put("development data", DataDescription.of(development.getProvenance()));
        }
        provenance.put("test data", DataDescription.of(test.getProvenance()));
        return provenance;
    }
}
