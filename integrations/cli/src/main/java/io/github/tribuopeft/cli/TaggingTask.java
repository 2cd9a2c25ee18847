package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.comparison.TagBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.serving.PredictionFields;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceModel;

/** Named entity recognition: one tag for each word. */
final class TaggingTask implements TaskDefinition<SequenceDataset<Label>, PeftSequenceModel>, ComparableTask {

    private static final int BASELINE_EPOCHS = 10;

    @Override
    public TaskComponents components() {
        return new TaskComponents(PeftSequenceTrainer.class, Map.of("head", LabelHead.class));
    }

    @Override
    public TaskTrainer<SequenceDataset<Label>, PeftSequenceModel> trainer(
            TrainerConfiguration configuration, TrainingListener listener) {
        PeftSequenceTrainer trainer = configuration.trainer(PeftSequenceTrainer.class);
        trainer.setListener(listener);
        return new TaskTrainer<>(
                trainer::train,
                trainer::train,
                trainer::setCheckpoints,
                () -> trainer.getProvenance().toString(),
                trainer.toString());
    }

    @Override
    public Optional<PeftSequenceModel> cast(AdaptedModel model) {
        return Stream.of(model)
                .filter(PeftSequenceModel.class::isInstance)
                .map(PeftSequenceModel.class::cast)
                .findFirst();
    }

    @Override
    public SequenceDataset<Label> read(DataOptions options, Path file) throws IOException {
        return options.readTaggedSentences(file);
    }

    @Override
    public SortedSet<String> outputs(PeftSequenceModel model) {
        return DataOptions.entityTypes(model.labels());
    }

    @Override
    public void requireKnownOutputs(DataOptions options, Path file, Collection<String> known) throws IOException {
        options.requireKnownTypes(file, known);
    }

    @Override
    public void warmUp(PeftSequenceModel model, SequenceDataset<Label> data) {
        model.predict(data.getExample(0));
    }

    @Override
    public TaskResults test(PeftSequenceModel model, SequenceDataset<Label> data) {
        List<List<Prediction<Label>>> predictions = model.predict(data);
        return new TaggingResults(
                data,
                predictions.stream().map(TaggingTask::tags).toList(),
                predictions.stream()
                        .map(sentence -> sentence.stream()
                                .map(PredictionFields::probabilities)
                                .toList())
                        .toList(),
                new SpanEvaluator().evaluate(model, predictions, data.getProvenance()));
    }

    private static List<String> tags(List<Prediction<Label>> predictions) {
        return predictions.stream()
                .map(prediction -> prediction.getOutput().getLabel())
                .toList();
    }

    @Override
    public List<Map<String, Object>> predict(PeftSequenceModel model, List<String> texts) {
        return model.tagAll(texts).stream().map(PredictionFields::of).toList();
    }

    @Override
    public List<Map<String, Object>> predictWords(PeftSequenceModel model, List<List<String>> sentences) {
        return model.tagWords(sentences).stream().map(PredictionFields::of).toList();
    }

    @Override
    public Optional<ComparableTask> comparable() {
        return Optional.of(this);
    }

    @Override
    public ComparisonSetup<SequenceDataset<Label>, SequenceModel<Label>> setup(
            Candidates candidates, ComparisonFiles files, TrainingListener listener) throws IOException {
        SequenceDataset<Label> training = read(files.options(), files.training());
        SequenceDataset<Label> development = files.readDevelopment(this::read);
        SequenceDataset<Label> test = read(files.options(), files.test());
        files.requireKnownOutputs(this, DataOptions.entityTypes(DataOptions.names(training.getOutputInfo())));
        return new ComparisonSetup<>(
                new TagBenchmark(training, development, test, WordExamples::words),
                candidates.of(this, model -> model, baselines(), listener));
    }

    /** Returns Tribuo's conditional random field on words. */
    private static List<TrainableCandidate<SequenceDataset<Label>, SequenceModel<Label>>> baselines() {
        return List.of(new TribuoCandidate<SequenceDataset<Label>, SequenceModel<Label>, CRFTrainer>(
                "tribuo-crf",
                seed -> new CRFTrainer(new AdaGrad(0.5), BASELINE_EPOCHS, seed),
                CRFTrainer::train,
                TaggingTask::baselineParameters));
    }

    /** Counts a bias for each tag, a weight for each feature and tag, and a weight for each pair of tags. */
    private static long baselineParameters(SequenceModel<Label> model) {
        long tags = model.getOutputIDInfo().size();
        return tags * (1 + model.getFeatureIDMap().size() + tags);
    }
}
