package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.data.WordSplitter;
import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.evaluation.comparison.TagBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sequence.ConfidencePredictingSequenceModel.Subsequence;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/** Named entity recognition: one tag for each word. */
final class TaggingTask implements TaskDefinition<SequenceDataset<Label>, PeftSequenceModel>, ComparableTask {

    private static final int BASELINE_EPOCHS = 10;

    @Override
    public TaskComponents components() {
        return new TaskComponents(PeftSequenceTrainer.class, Map.of("head", LabelHead.class, "metric", SpanF1.class));
    }

    @Override
    public TaskTrainer<SequenceDataset<Label>, PeftSequenceModel> trainer(
            TrainerConfiguration configuration, TrainingListener listener) {
        PeftSequenceTrainer trainer = configuration.trainer(PeftSequenceTrainer.class);
        trainer.setListener(listener);
        return new TaskTrainer<>(
                trainer::train, trainer::train, () -> trainer.getProvenance().toString(), trainer.toString());
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
                                .map(ClassificationResults::probabilities)
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
        List<List<WordSplitter.Word>> words =
                texts.stream().map(WordSplitter::split).toList();
        List<SequenceExample<Label>> sentences = words.stream()
                .map(sentence -> WordExamples.of(texts(sentence), LabelFactory.UNKNOWN_LABEL))
                .toList();
        List<List<Prediction<Label>>> predictions = model.predict(sentences);
        List<Map<String, Object>> objects = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            List<String> tags = tags(predictions.get(i));
            List<Map<String, Object>> entities = new ArrayList<>();
            for (Span span : SpanScheme.CONLLEVAL.spans(tags)) {
                double score = model.scoreSubsequences(
                                sentences.get(i),
                                predictions.get(i),
                                List.of(new Subsequence(span.begin(), span.end())))
                        .get(0);
                entities.add(entity(span, score, texts.get(i), words.get(i)));
            }
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("tokens", texts(words.get(i)));
            object.put("tags", tags);
            object.put("entities", entities);
            objects.add(object);
        }
        return objects;
    }

    private static List<String> texts(List<WordSplitter.Word> words) {
        return words.stream().map(WordSplitter.Word::text).toList();
    }

    private static Map<String, Object> entity(Span span, double score, String text, List<WordSplitter.Word> words) {
        int begin = words.get(span.begin()).begin();
        int end = words.get(span.end() - 1).end();
        Map<String, Object> entity = new LinkedHashMap<>();
        entity.put("type", span.type());
        entity.put("start", span.begin());
        entity.put("end", span.end());
        entity.put("text", text.substring(begin, end));
        entity.put("score", score);
        entity.put("charStart", begin);
        entity.put("charEnd", end);
        return entity;
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
                candidates.of(this, model -> model, baselines(), files.hasDevelopment(), listener));
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
