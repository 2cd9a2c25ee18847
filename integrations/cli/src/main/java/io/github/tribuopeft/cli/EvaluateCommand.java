package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that evaluates a model. */
@Command(
        name = "evaluate",
        description = "Evaluates a model on labeled data.",
        sortOptions = false,
        customSynopsis = "peft evaluate --model=MODEL --data=FILE [OPTIONS]",
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions models;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "Test data: " + DataOptions.FORMATS)
    private Path file;

    @Mixin
    private DataOptions data;

    @Mixin
    private RunOptions run;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the metrics to this JSON file.")
    private Path json;

    @Option(
            names = "--card",
            paramLabel = "FILE",
            description = "Write the metrics to this model card. An existing card keeps its other sections.")
    private Path card;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write an HTML report with the metrics of each label or entity type and sample errors.")
    private Path report;

    @Override
    public Integer call() throws IOException {
        PredictionProgress progress = new PredictionProgress("evaluate", Terminal.progressLine());
        models.runWith(run.apply().withListener(progress))
                .inputs()
                .reads("--data", file)
                .writes("--json", json)
                .writes("--card", card)
                .writes("--report", report)
                .check();
        try (TaskModel<?, ?> model = Task.bind(models.read())) {
            if (report != null) {
                model.task().comparable("--report");
            }
            ModelCard existing = card == null ? null : ModelCards.readIfExists(card);
            EvaluationOutput output;
            try (progress) {
                output = model.evaluate(data, file);
            }
            System.out.println(output.results().table());
            model.reportTruncation(System.out);
            write(model, existing, output);
        }
        return 0;
    }

    private void write(TaskModel<?, ?> model, ModelCard existing, EvaluationOutput output) throws IOException {
        if (json != null) {
            Json.write(json, output.metrics());
        }
        if (report != null) {
            TestReport test = new TestReport(model.model(), models.file(), file, output.seconds());
            AtomicFile.writeString(
                    report,
                    test.of(output.results().predictions().orElseThrow()).html());
        }
        if (card != null) {
            ModelCards.update(card, existing, output.results().addTo(ModelCards.of(model.model())));
        }
    }
}
