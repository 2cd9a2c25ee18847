package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.util.List;
import java.util.function.Function;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.classification.Label;

/** Benchmark of single-label classifiers. */
public final class LabelBenchmark extends TextBenchmark<Label> {

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
        super(training, development, test, text, LabelBenchmark::names);
    }

    /**
     * Returns the test items of examples.
     *
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public static List<TestItem> items(Dataset<Label> test, Function<Example<Label>, String> text) {
        return items(test, text, LabelBenchmark::names);
    }

    /** Returns the label as the only element. */
    public static List<String> names(Label output) {
        return List.of(output.getLabel());
    }

    @Override
    public Scoring scoring() {
        return new LabelScoring();
    }

    @Override
    Dataset<Label> sample(int size, long seed) {
        return StratifiedSplitter.ofLabels(seed).sample(training, size);
    }
}
