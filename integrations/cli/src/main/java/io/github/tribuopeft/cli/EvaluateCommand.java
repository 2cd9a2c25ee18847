package io.github.tribuopeft.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
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

    @Override
    public Integer call() throws IOException {
        Path model = models.file();
        Map<String, Object> figures = Task.of(model).work().evaluate(model, data, file);
        if (json != null) {
            Json.write(json, figures);
        }
        return 0;
    }
}
