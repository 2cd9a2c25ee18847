package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.evaluation.comparison.Benchmark;
import io.github.tribuopeft.evaluation.comparison.FewShotBenchmark;
import io.github.tribuopeft.evaluation.comparison.LabelBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.head.LabelHead;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.baseline.DummyClassifierTrainer;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.optimisers.AdaGrad;

/** Text classification: one label for each text. */
final class ClassificationTask extends TextTask<Label> {

    ClassificationTask() {
        super(Label.class, new LabelFactory(), LabelHead.class);
    }

    @Override
    Optional<String> mismatch(String cell, Collection<String> known) {
        return unknown(List.of(Whitespace.trim(cell)), known);
    }

    @Override
    public TaskResults test(PeftModel<Label> model, Dataset<Label> data) {
        return new ClassificationResults(
                data,
                outputs(model),
                Baselines.counts(model.getOutputIDInfo()),
                new LabelEvaluator().evaluate(model, data));
    }

    @Override
    Benchmark<Dataset<Label>, Model<Label>> benchmark(
            Dataset<Label> training, Dataset<Label> development, Dataset<Label> test) {
        return new LabelBenchmark(training, development, test, TextExampleExtractor::text);
    }

    /** Reads the data files of a comparison with few examples for each label. */
    FewShotBenchmark fewShotBenchmark(ComparisonFiles files) throws IOException {
        Dataset<Label> training = readWithWords(files.options(), files.training());
        files.requireKnownOutputs(
                this, training.getOutputs().stream().map(Label::getLabel).toList());
        return new FewShotBenchmark(training, readWithWords(files.options(), files.test()), TextExampleExtractor::text);
    }

    /** {@inheritDoc} These are Tribuo's logistic regression on words and pairs of words, and the majority label. */
    @Override
    List<TrainableCandidate<Dataset<Label>, Model<Label>>> baselines() {
        return List.of(
                new TribuoCandidate<Dataset<Label>, Model<Label>, LinearSGDTrainer>(
                        "tribuo-linear",
                        seed -> new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.5), BASELINE_EPOCHS, seed),
                        LinearSGDTrainer::train,
                        model -> TribuoCandidate.weights(((LinearSGDModel) model).getWeightsCopy())),
                new TribuoCandidate<Dataset<Label>, Model<Label>, DummyClassifierTrainer>(
                        "majority",
                        seed -> DummyClassifierTrainer.createMostFrequentTrainer(),
                        DummyClassifierTrainer::train,
                        model -> 0));
    }
}
