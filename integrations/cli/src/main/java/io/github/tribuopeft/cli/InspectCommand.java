package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.evaluation.report.Inspection;
import io.github.tribuopeft.evaluation.report.InspectionReport;
import io.github.tribuopeft.inspection.Ablation;
import io.github.tribuopeft.inspection.AttentionMass;
import io.github.tribuopeft.inspection.Change;
import io.github.tribuopeft.inspection.PredictionExplainer;
import io.github.tribuopeft.inspection.PromptInspector;
import io.github.tribuopeft.inspection.PromptWords;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that inspects the virtual tokens of a text classifier, and its predictions for single texts. */
@Command(
        name = "inspect",
        description = "Shows what the virtual tokens of a text classifier do, and on which tokens a prediction rests.",
        sortOptions = false,
        customSynopsis = "peft inspect --model=MODEL [--data=FILE] [--text=TEXT]... [--report=DIR] [OPTIONS]",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

    private static final int TERMINAL_ROWS = 12;

    @Mixin
    private ModelOptions models;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = {
                "Labeled data to measure attention and ablations on: " + DataOptions.FORMATS,
                "This predicts the data about five times for each virtual token and layer."
            })
    private Path file;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "Text whose prediction is explained by its tokens. May be repeated.")
    private List<String> texts = List.of();

    @Option(
            names = "--other",
            paramLabel = "MODEL",
            description = "Another model with a prompt, whose nearest words are compared. May be repeated.")
    private List<Path> others = List.of();

    @Mixin
    private DataOptions data;

    @Mixin
    private RunOptions run;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Directory of the report " + InspectionReport.HTML + ".")
    private Path report;

    @Override
    public Integer call() throws IOException {
        requireWork();
        InferenceOptions options = run.apply();
        Destinations files = models.runWith(options).inputs().reads("--data", file);
        others.forEach(other -> files.reads("--other", other));
        if (report != null) {
            files.writesInto("--report", report, List.of(InspectionReport.HTML));
        }
        files.check();
        ClassificationTask task = new ClassificationTask();
        try (PeftModel<Label> model = classifier(task, models.read())) {
            List<Inspection.ExplainedText> explained = explain(model, options);
            if (report == null) {
                return 0;
            }
            Optional<Inspection.Use> use = Optional.empty();
            Optional<Inspection.RowWords> words = Optional.empty();
            if (model.virtualTokens().count() > 0) {
                try (PromptInspector inspector = new PromptInspector(model, options)) {
                    use = file == null ? Optional.empty() : Optional.of(use(inspector, labeled(task, model)));
                    words = inspector.promptWords().map(found -> words(found, task, options));
                }
            } else if (file != null) {
                throw new UsageException("--model: the model was trained with " + model.method()
                        + " and has no virtual tokens; expected a model of prompt-tuning, prefix-tuning or p-tuning");
            }
            Path page = report.resolve(InspectionReport.HTML);
            AtomicFile.writeString(
                    page,
                    InspectionReport.of(new Inspection(title(), header(model), use, words, explained))
                            .html());
            System.out.println("Report: " + page);
        }
        return 0;
    }

    private void requireWork() {
        if (report == null && (file != null || texts.isEmpty())) {
            throw new UsageException(
                    file == null
                            ? "inspect: there is nothing to do; expected --text TEXT or --report DIR"
                            : "inspect: --data needs --report DIR");
        }
        for (String text : texts) {
            if (Whitespace.isBlank(text)) {
                throw new UsageException("--text: a text is blank; expected some words");
            }
        }
    }

    private String title() {
        return models.file().getFileName() + (file == null ? "" : " on " + file.getFileName());
    }

    private static Map<String, String> header(PeftModel<Label> model) {
        Map<String, String> header = new LinkedHashMap<>();
        header.put("method", model.method());
        header.put("virtual tokens", "" + model.virtualTokens().count());
        header.put("backbone", model.backbone().name());
        return header;
    }

    private Dataset<Label> labeled(ClassificationTask task, PeftModel<Label> model) throws IOException {
        Dataset<Label> labeled = task.read(data, file);
        task.requireKnownOutputs(data, file, task.outputs(model));
        return labeled;
    }

    private static PeftModel<Label> classifier(ClassificationTask task, AdaptedModel model) {
        return task.cast(model)
                .orElseThrow(() -> new UsageException("--model: inspect does not support models of task "
                        + Task.bind(model).task() + "; expected " + Task.CLASSIFICATION));
    }

    private static Inspection.Use use(PromptInspector inspector, Dataset<Label> texts) {
        List<AttentionMass> masses = inspector.attention(texts);
        List<Ablation> ablations;
        try (PredictionProgress progress = new PredictionProgress("ablation", Terminal.progressLine())) {
            ablations = inspector.ablations(texts, progress);
        }
        return new Inspection.Use(
                inspector.accuracy(texts),
                texts.size(),
                attention(AttentionMass.mean("all texts", masses)),
                masses.stream().map(InspectCommand::attention).toList(),
                Arrays.stream(Change.values()).map(InspectCommand::name).toList(),
                parts(ablations));
    }

    private Inspection.RowWords words(PromptWords words, ClassificationTask task, InferenceOptions options) {
        List<String> agreement = new ArrayList<>();
        for (Path other : others) {
            PromptWords found = words(other, task, options);
            agreement.add(String.format(
                    Locale.ROOT,
                    "%.0f %% of the nearest words are also nearest words of %s; of those of the random rows, %.0f %%.",
                    100 * words.overlap(found),
                    other.getFileName(),
                    100 * words.controlOverlap(found)));
        }
        return new Inspection.RowWords(
                words.scale(),
                rows("row ", words.rows()),
                rows("random ", words.control()),
                String.join(" ", agreement));
    }

    private static PromptWords words(Path other, ClassificationTask task, InferenceOptions options) {
        try (PeftModel<Label> model = classifier(task, ModelOptions.read(other, options));
                PromptInspector inspector = new PromptInspector(model, options)) {
            return inspector
                    .promptWords()
                    .orElseThrow(() -> new UsageException("--other: " + other + " was trained with " + model.method()
                            + " and has no prompt; expected a model of prompt-tuning or p-tuning"));
        }
    }

    private static List<Inspection.Row> rows(String name, List<PromptWords.Row> rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(i -> new Inspection.Row(
                        name + i,
                        rows.get(i).rms(),
                        rows.get(i).words().subList(0, 5),
                        rows.get(i).cosine()))
                .toList();
    }

    private List<Inspection.ExplainedText> explain(PeftModel<Label> model, InferenceOptions options) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<Inspection.ExplainedText> explained = new ArrayList<>();
        try (PredictionExplainer explainer = new PredictionExplainer(model, options);
                PredictionProgress progress = new PredictionProgress("explain", Terminal.progressLineBesideOutput())) {
            for (String text : texts) {
                ExplainedPrediction prediction = new ExplainedPrediction(explainer.explain(text));
                System.out.print(prediction.lines(TERMINAL_ROWS));
                explained.add(prediction.inReport());
                progress.onBatch(explained.size(), texts.size());
            }
        }
        return explained;
    }

    private static Inspection.Attention attention(AttentionMass mass) {
        return new Inspection.Attention(mass.label(), mass.layers(), mass.tokens());
    }

    private static List<Inspection.Part> parts(List<Ablation> ablations) {
        return ablations.stream()
                .collect(Collectors.groupingBy(
                        ablation -> ablation.part().toString(),
                        LinkedHashMap::new,
                        Collectors.mapping(Ablation::accuracy, Collectors.toList())))
                .entrySet()
                .stream()
                .map(part -> new Inspection.Part(part.getKey(), part.getValue()))
                .toList();
    }

    private static String name(Change change) {
        return switch (change) {
            case REMOVED -> "removed";
            case ZERO -> "× 0";
            case HALF -> "× ½";
            case DOUBLE -> "× 2";
            case NOISE -> "noise";
        };
    }
}
