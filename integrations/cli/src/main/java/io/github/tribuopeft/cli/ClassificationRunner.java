package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.UnseenOutputException;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.MacroF1;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.comparison.LabelBenchmark;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.optimisers.AdaGrad;

/** One label for a text. */
final class ClassificationRunner implements TaskRunner {

    /** Tribuo's logistic regression on words and pairs of words. */
    private static final String LINEAR = "tribuo-linear";

    private static final int EPOCHS_OF_LINEAR = 10;

    @SuppressWarnings("unchecked") // the default head, and every head there is, is of labels
    private static Class<PeftTrainer<Label>> trainerOfLabels() {
        return (Class<PeftTrainer<Label>>) (Class<?>) PeftTrainer.class;
    }

    @Override
    public AdaptedModel train(
            TrainerOptions options, Data data, Path train, Path development, TrainingListener listener)
            throws IOException {
        Dataset<Label> examples = data.labelled(train);
        Dataset<Label> held = development == null ? null : data.labelled(development);
        PeftTrainer<Label> trainer = options.trainer(trainerOfLabels(), held != null);
        trainer.setListener(listener);
        try {
            return held == null ? trainer.train(examples) : trainer.train(examples, held);
        } catch (UnseenOutputException e) {
            data.requireKnownLabels(development, e.known()); // names the line
            throw e;
        }
    }

    @Override
    public Field<Dataset<Label>, Model<Label>> field(
            Candidates contenders, Data data, Path train, Path development, Path test, TrainingListener listener)
            throws IOException {
        Dataset<Label> examples = data.withWords(train);
        Dataset<Label> held = development == null ? null : data.withWords(development);
        data.requireKnownLabels(test, Data.names(examples.getOutputInfo()));
        if (held != null) {
            data.requireKnownLabels(development, Data.names(examples.getOutputInfo()));
        }
        contenders.requireSettings(trainerOfLabels(), LINEAR);
        List<TrainableCandidate<Dataset<Label>, Model<Label>>> competitors = new ArrayList<>();
        for (String method : contenders.methods()) {
            if (method.equals(LINEAR)) {
                competitors.add(linear());
            } else {
                competitors.addAll(contenders.of(
                        method,
                        trainerOfLabels(),
                        held != null,
                        (contestant, trainers) -> new PeftCandidate<Dataset<Label>, Model<Label>, PeftModel<Label>>(
                                contestant, seed -> new Run(trainers.apply(seed), listener), model -> model)));
            }
        }
        return new Field<>(
                new LabelBenchmark(examples, held, data.withWords(test), TextExampleExtractor::text), competitors);
    }

    /** A tuning of one seed. */
    private record Run(PeftTrainer<Label> trainer, TrainingListener listener)
            implements PeftCandidate.Training<Dataset<Label>, PeftModel<Label>> {

        @Override
        public PeftModel<Label> train(Dataset<Label> training, Dataset<Label> development) {
            trainer.setListener(listener);
            return development == null ? trainer.train(training) : trainer.train(training, development);
        }

        @Override
        public String settings() {
            return trainer.getProvenance().toString();
        }
    }

    private static TrainableCandidate<Dataset<Label>, Model<Label>> linear() {
        LongFunction<LinearSGDTrainer> trainers =
                seed -> new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.5), EPOCHS_OF_LINEAR, seed);
        return new TribuoCandidate<Dataset<Label>, Model<Label>, LinearSGDTrainer>(
                new Candidate(LINEAR, TribuoCandidate.KIND, trainers.apply(0).toString()),
                trainers,
                LinearSGDTrainer::train,
                ClassificationRunner::weightsOfLinear);
    }

    private static long weightsOfLinear(Model<Label> model) {
        DenseMatrix weights = ((LinearSGDModel) model).getWeightsCopy();
        return (long) weights.getDimension1Size() * weights.getDimension2Size();
    }

    @Override
    @SuppressWarnings("unchecked") // checked by validate
    public PeftModel<Label> model(Path file) {
        PeftModel<?> model = TaskRunner.open(file, PeftModel::load);
        if (!model.validate(Label.class)) {
            throw new UsageException(file + " is no classifier");
        }
        return (PeftModel<Label>) model;
    }

    @Override
    public EvaluationOutput evaluate(Path modelFile, Data data, Path file) throws IOException {
        try (PeftModel<Label> model = model(modelFile)) {
            Dataset<Label> examples = data.labelled(file);
            data.requireKnownLabels(file, Data.names(model.getOutputIDInfo()));
            model.predict(
                    examples.getExample(0)); // loads the backbone, which is no part of the time that predicting takes
            long began = System.nanoTime();
            LabelEvaluation evaluation = new LabelEvaluator().evaluate(model, examples);
            double seconds = (System.nanoTime() - began) / 1e9;
            print(model, examples, evaluation);
            return new EvaluationOutput(
                    figures(model, examples, evaluation, seconds),
                    Cards.of(model, evaluation),
                    new Tested(model, modelFile, file, seconds)
                            .result(
                                    Scoring.of(Task.CLASSIFICATION.id()),
                                    LabelBenchmark.items(examples, TextExampleExtractor::text),
                                    evaluation.getPredictions().stream()
                                            .map(prediction -> List.of(
                                                    prediction.getOutput().getLabel()))
                                            .toList(),
                                    DataDescription.of(examples.getProvenance())));
        }
    }

    private static void print(PeftModel<Label> model, Dataset<Label> examples, LabelEvaluation evaluation) {
        System.out.printf(
                Locale.ROOT,
                "accuracy %.4f, macro F1 %.4f on %,d examples%n%n",
                evaluation.accuracy(),
                MacroF1.of(evaluation),
                examples.size());
        int width = Data.names(model.getOutputIDInfo()).stream()
                .mapToInt(String::length)
                .max()
                .orElse(5);
        System.out.printf(Locale.ROOT, "%-" + width + "s  precision  recall      f1  support%n", "label");
        for (String name : Data.names(model.getOutputIDInfo())) {
            Label label = new Label(name);
            System.out.printf(
                    Locale.ROOT,
                    "%-" + width + "s  %9.4f  %6.4f  %6.4f  %7.0f%n",
                    name,
                    evaluation.precision(label),
                    evaluation.recall(label),
                    evaluation.f1(label),
                    support(evaluation, label));
        }
        if (model.truncatedTexts() > 0) {
            System.out.printf(
                    Locale.ROOT, "%n%,d texts are longer than the model takes and were cut%n", model.truncatedTexts());
        }
    }

    private static Map<String, Object> figures(
            PeftModel<Label> model, Dataset<Label> examples, LabelEvaluation evaluation, double seconds) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("task", Task.CLASSIFICATION.id());
        figures.put("examples", examples.size());
        figures.put("seconds", seconds);
        figures.put("examplesPerSecond", examples.size() / seconds);
        figures.put("accuracy", evaluation.accuracy());
        figures.put("macroF1", MacroF1.of(evaluation));
        figures.put("microF1", evaluation.microAveragedF1());
        figures.put("truncatedExamples", model.truncatedTexts());
        Map<String, Object> labels = new LinkedHashMap<>();
        for (String name : Data.names(model.getOutputIDInfo())) {
            Label label = new Label(name);
            Map<String, Object> own = new LinkedHashMap<>();
            own.put("precision", evaluation.precision(label));
            own.put("recall", evaluation.recall(label));
            own.put("f1", evaluation.f1(label));
            own.put("support", (long) support(evaluation, label));
            labels.put(name, own);
        }
        figures.put("labels", labels);
        return figures;
    }

    private static double support(LabelEvaluation evaluation, Label label) {
        return evaluation.tp(label) + evaluation.fn(label);
    }

    @Override
    public void predict(Path modelFile, List<String> texts, PrintStream out) throws IOException {
        try (PeftModel<Label> model = model(modelFile)) {
            for (List<String> part : TaskRunner.parts(texts)) {
                predict(model, part, out);
            }
            if (model.truncatedTexts() > 0) {
                System.err.println(model.truncatedTexts() + " texts are longer than the model takes and were cut");
            }
        }
    }

    private static void predict(PeftModel<Label> model, List<String> texts, PrintStream out) throws IOException {
        List<Example<Label>> examples = new ArrayList<>();
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        texts.forEach(text -> examples.add(extractor.extract(LabelFactory.UNKNOWN_LABEL, text)));
        List<Prediction<Label>> predictions = model.predict(examples);
        for (int i = 0; i < texts.size(); i++) {
            Map<String, Double> scores = new LinkedHashMap<>();
            predictions.get(i).getOutputScores().forEach((name, label) -> scores.put(name, label.getScore()));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("text", texts.get(i));
            line.put("label", predictions.get(i).getOutput().getLabel());
            line.put("scores", scores);
            out.println(Json.line(line));
        }
    }
}
