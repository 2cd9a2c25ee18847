package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.evaluation.comparison.Benchmark;
import io.github.tribuopeft.evaluation.comparison.MultiLabelBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.head.MultiLabelHead;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.classification.baseline.DummyClassifierTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.multilabel.baseline.IndependentMultiLabelTrainer;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluator;
import org.tribuo.multilabel.sgd.linear.LinearSGDModel;
import org.tribuo.multilabel.sgd.linear.LinearSGDTrainer;
import org.tribuo.multilabel.sgd.objectives.BinaryCrossEntropy;

/** Multi-label classification: any number of labels for each text. Commas separate the labels in data files. */
final class MultiLabelTask extends TextTask<MultiLabel> {

    MultiLabelTask() {
        super(MultiLabel.class, new MultiLabelFactory(), MultiLabelHead.class);
    }

    @Override
    Optional<String> mismatch(String cell, Collection<String> known) {
        return unknown(labels(cell), known);
    }

    /** Returns the labels in a cell of the label column, as {@link MultiLabel#parseString} does. */
    private static List<String> labels(String cell) {
        return Arrays.stream(cell.split(","))
                .map(element -> Whitespace.trim(element.replaceFirst("=.*", "")))
                .filter(label -> !label.isEmpty())
                .toList();
    }

    @Override
    public TaskResults test(PeftModel<MultiLabel> model, Dataset<MultiLabel> data) {
        return new MultiLabelResults(
                data,
                outputs(model),
                Baselines.counts(model.getOutputIDInfo()),
                model.getProvenance().getDatasetProvenance().getNumExamples(),
                new MultiLabelEvaluator().evaluate(model, data));
    }

    @Override
    Benchmark<Dataset<MultiLabel>, Model<MultiLabel>> benchmark(
            Dataset<MultiLabel> training, Dataset<MultiLabel> development, Dataset<MultiLabel> test) {
        return new MultiLabelBenchmark(training, development, test, TextExampleExtractor::text);
    }

    /** {@inheritDoc} These are Tribuo's logistic regression of each label, and the majority decision on each label. */
    @Override
    List<TrainableCandidate<Dataset<MultiLabel>, Model<MultiLabel>>> baselines() {
        return List.of(
                new TribuoCandidate<Dataset<MultiLabel>, Model<MultiLabel>, LinearSGDTrainer>(
                        "tribuo-linear",
                        seed -> new LinearSGDTrainer(new BinaryCrossEntropy(), new AdaGrad(0.5), BASELINE_EPOCHS, seed),
                        LinearSGDTrainer::train,
                        model -> TribuoCandidate.weights(((LinearSGDModel) model).getWeightsCopy())),
                new TribuoCandidate<Dataset<MultiLabel>, Model<MultiLabel>, IndependentMultiLabelTrainer>(
                        "majority",
                        seed -> new IndependentMultiLabelTrainer(DummyClassifierTrainer.createMostFrequentTrainer()),
                        IndependentMultiLabelTrainer::train,
                        model -> 0));
    }
}
