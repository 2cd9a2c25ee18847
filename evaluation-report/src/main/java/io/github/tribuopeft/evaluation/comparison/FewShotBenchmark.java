package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.FewShot;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.dataset.DatasetView;

/**
 * Benchmark of single-label classifiers that are trained on the same number of examples for each label. Each seed has
 * its own {@linkplain FewShot sample}. There is no development set, since its examples would be further examples of the
 * labels.
 */
public final class FewShotBenchmark extends TextBenchmark<Label> {

    /**
     * Creates a benchmark.
     *
     * @param training data from which the samples are drawn
     * @param test test data
     * @param text returns the text of an example for reports
     */
    public FewShotBenchmark(Dataset<Label> training, Dataset<Label> test, Function<Example<Label>, String> text) {
        super(training, null, test, text, LabelBenchmark::names);
    }

    /** Returns the labels of the training data. */
    public SortedSet<String> labels() {
        return training.getOutputs().stream().map(Label::getLabel).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the number of training examples with a number of shots. */
    public int size(int shots) {
        return Math.multiplyExact(shots, training.getOutputs().size());
    }

    /** Returns the SHA-256 of a sample, see {@link FewShot#sha256}. */
    public String sampleHash(int shots, long seed) {
        return FewShot.sha256(new FewShot(shots, seed).sample(training));
    }

    @Override
    public Scoring scoring() {
        return new LabelScoring();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the size is not a multiple of the number of labels, or a label has too few
     *     examples
     */
    @Override
    DatasetView<Label> sample(int size, long seed) {
        int labels = training.getOutputs().size();
        if (size % labels != 0) {
            throw new IllegalArgumentException("The size of a few-shot sample must be a multiple of " + labels
                    + ", the number of labels, but is " + size);
        }
        return new FewShot(size / labels, seed).sample(training);
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> provenance = super.provenance();
        provenance.put("samples", "the same number of examples for each label, drawn with the seed of the run");
        return provenance;
    }
}
