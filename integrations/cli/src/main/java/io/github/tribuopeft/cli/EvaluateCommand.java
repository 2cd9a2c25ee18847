package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "evaluate", description = "Measures a model on labelled data.", mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private Models models;

    @Mixin
    private Data data;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Labelled data: .tsv, .csv, .jsonl, or .conll for entities.")
    private Path file;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Path json;

    @Option(
            names = "--card",
            paramLabel = "FILE",
            description = "Add the figures to the model card there; where there is none, write one.")
    private Path card;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page with figures for each label or entity type and with sample errors.")
    private Path report;

    @Override
    public Integer call() throws IOException {
        Path model = models.file();
        models.inputs()
                .reads("--data", file)
                .writes("--json", json)
                .writes("--card", card)
                .writes("--report", report)
                .check();
        TaskRunner work = Task.of(model).work();
        ModelCard existing = null;
        if (card != null) {
            existing = Cards.existing(card);
        }
        EvaluationOutput measured = work.evaluate(model, data, file);
        if (json != null) {
            Json.write(json, measured.figures());
        }
        if (report != null) {
            AtomicFile.writeString(
                    report, ComparisonRun.report(measured.result(), List.of()).html());
        }
        if (card != null) {
            Cards.update(card, existing, measured.card());
        }
        return 0;
    }
}
