package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.Strata;
import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.multilabel.MultiLabel;

/** Benchmark of multi-label classifiers. */
public final class MultiLabelBenchmark extends TextBenchmark<MultiLabel> {

    /** Each label is a stratum. */
    private static final Strata<Example<MultiLabel>> LABELS =
            new Strata<>("labels", example -> example.getOutput().getNameSet().stream()
                    .collect(Collectors.toMap(label -> label, label -> 1)));

    /**
     * Creates a benchmark.
     *
     * @param training training data
     * @param development data that selects the best epoch, or null
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public MultiLabelBenchmark(
            Dataset<MultiLabel> training,
            Dataset<MultiLabel> development,
            Dataset<MultiLabel> test,
            Function<Example<MultiLabel>, String> text) {
        super(training, development, test, text, MultiLabelBenchmark::names);
    }

    /**
     * Returns the test items of examples.
     *
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public static List<TestItem> items(Dataset<MultiLabel> test, Function<Example<MultiLabel>, String> text) {
        return items(test, text, MultiLabelBenchmark::names);
    }

    /** Returns the labels in alphabetical order. */
    public static List<String> names(MultiLabel output) {
        return output.getNameSet().stream().sorted().toList();
    }

    @Override
    public Scoring scoring() {
        return new MultiLabelScoring();
    }

    @Override
    Dataset<MultiLabel> sample(int size, long seed) {
        return new StratifiedSplitter<>(LABELS, seed).sample(training, size);
    }
}
