package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.util.List;
import java.util.function.Function;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** One label for an example. */
public final class LabelBenchmark extends TrainingDataBenchmark<Dataset<Label>, Model<Label>> {

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
        super(training, development, test, items(test, text));
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
        return StratifiedSplitter.ofLabels(seed).sample(training, size);
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
    public long bytes(Model<Label> model) {
        return model.serialize().getSerializedSize();
    }
}
