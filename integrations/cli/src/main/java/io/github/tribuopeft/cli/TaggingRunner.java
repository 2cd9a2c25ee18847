package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.UnseenOutputException;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.data.WordSplitter;
import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanCounts;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TagBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sequence.ConfidencePredictingSequenceModel.Subsequence;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/** Named entities: a tag for each word. */
final class TaggingRunner implements TaskRunner {

    /** Tribuo's conditional random field on words. */
    private static final String CRF = "tribuo-crf";

    private static final int EPOCHS_OF_CRF = 10;

    @Override
    public AdaptedModel train(
            TrainerOptions options, Data data, Path train, Path development, TrainingListener listener)
            throws IOException {
        SequenceDataset<Label> examples = data.tagged(train);
        SequenceDataset<Label> held = development == null ? null : data.tagged(development);
        PeftSequenceTrainer trainer = options.trainer(PeftSequenceTrainer.class, held != null);
        trainer.setListener(listener);
        try {
            return held == null ? trainer.train(examples) : trainer.train(examples, held);
        } catch (UnseenOutputException e) {
            data.requireKnownTypes(development, e.known()); // names the line
            throw e;
        }
    }

    @Override
    public Field<SequenceDataset<Label>, SequenceModel<Label>> field(
            Candidates contenders, Data data, Path train, Path development, Path test, TrainingListener listener)
            throws IOException {
        SequenceDataset<Label> examples = data.tagged(train);
        SequenceDataset<Label> held = development == null ? null : data.tagged(development);
        SequenceDataset<Label> tested = data.tagged(test);
        data.requireKnownTypes(test, Data.types(examples.getOutputInfo()));
        if (held != null) {
            data.requireKnownTypes(development, Data.types(examples.getOutputInfo()));
        }
        contenders.requireSettings(PeftSequenceTrainer.class, CRF);
        List<TrainableCandidate<SequenceDataset<Label>, SequenceModel<Label>>> competitors = new ArrayList<>();
        for (String method : contenders.methods()) {
            if (method.equals(CRF)) {
                competitors.add(crf());
            } else {
                competitors.addAll(contenders.of(
                        method,
                        PeftSequenceTrainer.class,
                        held != null,
                        (contestant, trainers) ->
                                new PeftCandidate<SequenceDataset<Label>, SequenceModel<Label>, PeftSequenceModel>(
                                        contestant, seed -> new Run(trainers.apply(seed), listener), model -> model)));
            }
        }
        return new Field<>(new TagBenchmark(examples, held, tested, WordExamples::words), competitors);
    }

    /** A tuning of one seed. */
    private record Run(PeftSequenceTrainer trainer, TrainingListener listener)
            implements PeftCandidate.Training<SequenceDataset<Label>, PeftSequenceModel> {

        @Override
        public PeftSequenceModel train(SequenceDataset<Label> training, SequenceDataset<Label> development) {
            trainer.setListener(listener);
            return development == null ? trainer.train(training) : trainer.train(training, development);
        }

        @Override
        public String settings() {
            return trainer.getProvenance().toString();
        }
    }

    private static TrainableCandidate<SequenceDataset<Label>, SequenceModel<Label>> crf() {
        LongFunction<CRFTrainer> trainers = seed -> new CRFTrainer(new AdaGrad(0.5), EPOCHS_OF_CRF, seed);
        return new TribuoCandidate<SequenceDataset<Label>, SequenceModel<Label>, CRFTrainer>(
                new Candidate(CRF, TribuoCandidate.KIND, trainers.apply(0).toString()),
                trainers,
                CRFTrainer::train,
                TaggingRunner::valuesOfCrf);
    }

    /** A bias for each tag, a weight for each feature and tag, and one for each pair of tags. */
    private static long valuesOfCrf(SequenceModel<Label> model) {
        long tags = model.getOutputIDInfo().size();
        return tags * (1 + model.getFeatureIDMap().size() + tags);
    }

    @Override
    public PeftSequenceModel model(Path file) {
        return TaskRunner.open(file, PeftSequenceModel::load);
    }

    @Override
    public EvaluationOutput evaluate(Path modelFile, Data data, Path file) throws IOException {
        try (PeftSequenceModel model = model(modelFile)) {
            SequenceDataset<Label> sequences = data.tagged(file);
            data.requireKnownTypes(file, Data.types(model.getOutputIDInfo()));
            model.predict(
                    sequences.getExample(0)); // loads the backbone, which is no part of the time that predicting takes
            long began = System.nanoTime();
            List<List<Prediction<Label>>> predictions = model.predict(sequences);
            SpanEvaluation evaluation = new SpanEvaluator().evaluate(model, predictions, sequences.getProvenance());
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.println(evaluation);
            return new EvaluationOutput(
                    figures(sequences, evaluation, seconds),
                    Cards.of(model, evaluation, sequences.size()),
                    new Tested(model, modelFile, file, seconds)
                            .result(
                                    Scoring.of(Task.NER.id()),
                                    TagBenchmark.items(sequences, WordExamples::words),
                                    predictions.stream()
                                            .map(TaggingRunner::tags)
                                            .toList(),
                                    DataDescription.of(sequences.getProvenance())));
        }
    }

    private static Map<String, Object> figures(
            SequenceDataset<Label> sequences, SpanEvaluation evaluation, double seconds) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("task", Task.NER.id());
        figures.put("examples", sequences.size());
        figures.put("seconds", seconds);
        figures.put("examplesPerSecond", sequences.size() / seconds);
        figures.put("spanF1", evaluation.microAveragedF1());
        figures.put("spanPrecision", evaluation.microAveragedPrecision());
        figures.put("spanRecall", evaluation.microAveragedRecall());
        figures.put("tokenAccuracy", evaluation.tokenAccuracy());
        Map<String, Object> types = new LinkedHashMap<>();
        evaluation.types().forEach((type, counts) -> types.put(type, figures(counts)));
        figures.put("types", types);
        return figures;
    }

    private static Map<String, Object> figures(SpanCounts counts) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("precision", counts.precision());
        figures.put("recall", counts.recall());
        figures.put("f1", counts.f1());
        figures.put("support", counts.gold());
        return figures;
    }

    @Override
    public void predict(Path modelFile, List<String> texts, PrintStream out) throws IOException {
        try (PeftSequenceModel model = model(modelFile)) {
            for (List<String> part : TaskRunner.parts(texts)) {
                predict(model, part, out);
            }
        }
    }

    private static void predict(PeftSequenceModel model, List<String> texts, PrintStream out) throws IOException {
        List<List<WordSplitter.Word>> words =
                texts.stream().map(WordSplitter::split).toList();
        List<SequenceExample<Label>> sequences = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            sequences.add(WordExamples.of(
                    words.get(i).stream().map(WordSplitter.Word::text).toList(), LabelFactory.UNKNOWN_LABEL));
        }
        List<List<Prediction<Label>>> predictions = model.predict(sequences);
        for (int i = 0; i < texts.size(); i++) {
            out.println(Json.line(line(model, texts.get(i), words.get(i), sequences.get(i), predictions.get(i))));
        }
    }

    private static List<String> tags(List<Prediction<Label>> predictions) {
        return predictions.stream()
                .map(prediction -> prediction.getOutput().getLabel())
                .toList();
    }

    private static Map<String, Object> line(
            PeftSequenceModel model,
            String text,
            List<WordSplitter.Word> words,
            SequenceExample<Label> sequence,
            List<Prediction<Label>> predictions) {
        List<String> tags = tags(predictions);
        List<Map<String, Object>> entities = new ArrayList<>();
        for (Span span : SpanScheme.CONLLEVAL.spans(tags)) {
            int begin = words.get(span.begin()).begin();
            int end = words.get(span.end() - 1).end();
            Subsequence subsequence = new Subsequence(span.begin(), span.end());
            Map<String, Object> entity = new LinkedHashMap<>();
            entity.put("type", span.type());
            entity.put("start", span.begin());
            entity.put("end", span.end());
            entity.put("text", text.substring(begin, end));
            entity.put(
                    "score",
                    model.scoreSubsequences(sequence, predictions, List.of(subsequence))
                            .get(0));
            entity.put("charStart", begin);
            entity.put("charEnd", end);
            entities.add(entity);
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("tokens", words.stream().map(WordSplitter.Word::text).toList());
        line.put("tags", tags);
        line.put("entities", entities);
        return line;
    }
}
