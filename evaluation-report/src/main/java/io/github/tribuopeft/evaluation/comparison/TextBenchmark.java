package io.github.tribuopeft.evaluation.comparison;

import java.util.List;
import java.util.function.Function;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Output;

/**
 * Benchmark of models with one output for each text.
 *
 * @param <T> output type
 */
abstract class TextBenchmark<T extends Output<T>> extends TrainingDataBenchmark<Dataset<T>, Model<T>> {

    private final Function<T, List<String>> names;

    /**
     * Creates a benchmark.
     *
     * @param development data that selects the best epoch, or null
     * @param text returns the text of an example for reports
     * @param names returns an output as texts
     */
    TextBenchmark(
            Dataset<T> training,
            Dataset<T> development,
            Dataset<T> test,
            Function<Example<T>, String> text,
            Function<T, List<String>> names) {
        super(training, development, test, items(test, text, names));
        this.names = names;
    }

    static <T extends Output<T>> List<TestItem> items(
            Dataset<T> test, Function<Example<T>, String> text, Function<T, List<String>> names) {
        return test.getData().stream()
                .map(example -> new TestItem(List.of(text.apply(example)), names.apply(example.getOutput())))
                .toList();
    }

    /**
     * Draws a smaller training set.
     *
     * @param size number of examples, less than {@link #trainingSize}
     */
    abstract Dataset<T> sample(int size, long seed);

    @Override
    public final int trainingSize() {
        return training.size();
    }

    @Override
    public final Dataset<T> training(int size, long seed) {
        return size == training.size() ? training : sample(size, seed);
    }

    @Override
    public final List<List<String>> predict(Model<T> model) {
        return model.predict(test).stream()
                .map(prediction -> names.apply(prediction.getOutput()))
                .toList();
    }

    @Override
    public final void warmUp(Model<T> model) {
        model.predict(test.getExample(0));
    }

    @Override
    public final long modelBytes(Model<T> model) {
        return model.serialize().getSerializedSize();
    }
}
