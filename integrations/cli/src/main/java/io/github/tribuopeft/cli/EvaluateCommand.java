package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "evaluate", description = "Measures a model on labelled data.", mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private Models models;

    @Mixin
    private Data data;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "Labelled data: .tsv, .csv, .jsonl.")
    private Path file;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        try (PeftModel<Label> model = models.open()) {
            data.requireKnownLabels(file, model);
            Dataset<Label> examples = data.read(file);
            model.predict(
                    examples.getExample(0)); // loads the backbone, which is no part of the time that predicting takes
            long began = System.nanoTime();
            LabelEvaluation evaluation = new LabelEvaluator().evaluate(model, examples);
            double seconds = (System.nanoTime() - began) / 1e9;
            print(model, examples, evaluation);
            if (json != null) {
                Json.write(json, figures(model, examples, evaluation, seconds));
            }
        }
        return 0;
    }

    private static void print(PeftModel<Label> model, Dataset<Label> examples, LabelEvaluation evaluation) {
        System.out.printf(
                Locale.ROOT,
                "accuracy %.4f, macro F1 %.4f on %,d examples%n%n",
                evaluation.accuracy(),
                evaluation.macroAveragedF1(),
                examples.size());
        int width = names(model).stream().mapToInt(String::length).max().orElse(5);
        System.out.printf("%-" + width + "s  precision  recall      f1  support%n", "label");
        for (String name : names(model)) {
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
        figures.put("macroF1", evaluation.macroAveragedF1());
        figures.put("microF1", evaluation.microAveragedF1());
        figures.put("truncatedExamples", model.truncatedTexts());
        Map<String, Object> labels = new LinkedHashMap<>();
        for (String name : names(model)) {
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

    private static List<String> names(PeftModel<Label> model) {
        return model.getOutputIDInfo().getDomain().stream()
                .map(Label::getLabel)
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
