package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.evaluation.report.Inspection;
import io.github.tribuopeft.evaluation.report.InspectionReport;
import io.github.tribuopeft.inspection.Ablation;
import io.github.tribuopeft.inspection.AttentionMass;
import io.github.tribuopeft.inspection.Change;
import io.github.tribuopeft.inspection.PromptInspector;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that inspects the virtual tokens of a text classifier. */
@Command(
        name = "inspect",
        description = "Shows what the virtual tokens of a text classifier do: the attention that they receive, and the"
                + " accuracy without them. This predicts the data about five times for each token and layer.",
        sortOptions = false,
        customSynopsis = "peft inspect --model=MODEL --data=FILE --report=DIR [OPTIONS]",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions models;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Labeled data: " + DataOptions.FORMATS)
    private Path file;

    @Mixin
    private DataOptions data;

    @Mixin
    private RunOptions run;

    @Option(
            names = "--report",
            required = true,
            paramLabel = "DIR",
            description = "Directory of the report " + InspectionReport.HTML + ".")
    private Path report;

    @Override
    public Integer call() throws IOException {
        InferenceOptions options = run.apply();
        models.runWith(options)
                .inputs()
                .reads("--data", file)
                .writesInto("--report", report, List.of(InspectionReport.HTML))
                .check();
        ClassificationTask task = new ClassificationTask();
        try (PeftModel<Label> model = classifier(task, models.read())) {
            Dataset<Label> texts = task.read(data, file);
            task.requireKnownOutputs(data, file, task.outputs(model));
            Path page = report.resolve(InspectionReport.HTML);
            AtomicFile.writeString(
                    page, InspectionReport.of(inspect(model, texts, options)).html());
            System.out.println("Report: " + page);
        }
        return 0;
    }

    private static PeftModel<Label> classifier(ClassificationTask task, AdaptedModel model) {
        PeftModel<Label> classifier = task.cast(model)
                .orElseThrow(() -> new UsageException("--model: inspect does not support models of task "
                        + Task.bind(model).task() + "; expected " + Task.CLASSIFICATION));
        if (classifier.virtualTokens().count() == 0) {
            throw new UsageException("--model: the model was trained with " + model.method()
                    + " and has no virtual tokens; expected a model of prompt-tuning, prefix-tuning or p-tuning");
        }
        return classifier;
    }

    private Inspection inspect(PeftModel<Label> model, Dataset<Label> texts, InferenceOptions options) {
        try (PromptInspector inspector = new PromptInspector(model, options)) {
            List<AttentionMass> masses = inspector.attention(texts);
            Map<String, String> header = new LinkedHashMap<>();
            header.put("method", model.method());
            header.put("virtual tokens", "" + model.virtualTokens().count());
            header.put("backbone", model.backbone().name());
            return new Inspection(
                    models.file().getFileName() + " on " + file.getFileName(),
                    inspector.accuracy(texts),
                    texts.size(),
                    attention(AttentionMass.mean("all texts", masses)),
                    masses.stream().map(InspectCommand::attention).toList(),
                    Arrays.stream(Change.values()).map(InspectCommand::name).toList(),
                    parts(inspector.ablations(texts)),
                    header);
        }
    }

    private static Inspection.Attention attention(AttentionMass mass) {
        return new Inspection.Attention(mass.label(), mass.layers());
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
