package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.StratifiedSequenceSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/** Benchmark of taggers of named entities. */
public final class TagBenchmark extends TrainingDataBenchmark<SequenceDataset<Label>, SequenceModel<Label>> {

    /**
     * Creates a benchmark.
     *
     * @param training training data
     * @param development data that selects the best epoch, or null
     * @param test test data
     * @param words returns the words of a sequence for reports
     */
    public TagBenchmark(
            SequenceDataset<Label> training,
            SequenceDataset<Label> development,
            SequenceDataset<Label> test,
            Function<SequenceExample<Label>, List<String>> words) {
        super(training, development, test, items(test, words));
    }

    /**
     * Returns the test items of tagged sequences.
     *
     * @param test test data
     * @param words returns the words of a sequence for reports
     */
    public static List<TestItem> items(
            SequenceDataset<Label> test, Function<SequenceExample<Label>, List<String>> words) {
        return test.getData().stream()
                .map(sequence -> new TestItem(words.apply(sequence), tags(sequence)))
                .toList();
    }

    private static List<String> tags(SequenceExample<Label> sequence) {
        List<String> tags = new ArrayList<>();
        sequence.forEach(example -> tags.add(example.getOutput().getLabel()));
        return tags;
    }

    @Override
    public Scoring scoring() {
        return new SpanScoring();
    }

    @Override
    public int trainingSize() {
        return training.size();
    }

    @Override
    public SequenceDataset<Label> training(int size, long seed) {
        if (size == training.size()) {
            return training;
        }
        return StratifiedSequenceSplitter.ofSpans(seed).sample(training, size);
    }

    @Override
    public List<List<String>> predict(SequenceModel<Label> model) {
        return model.predict(test).stream()
                .map(sequence -> sequence.stream()
                        .map(prediction -> prediction.getOutput().getLabel())
                        .toList())
                .toList();
    }

    @Override
    public void warmUp(SequenceModel<Label> model) {
        model.predict(test.getExample(0));
    }

    @Override
    public long modelBytes(SequenceModel<Label> model) {
        return model.serialize().getSerializedSize();
    }
}
