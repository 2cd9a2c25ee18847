package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Command that compares methods on the project's example data. */
@Command(
        name = "quickstart",
        description = "Compares methods on two small datasets, prints sample predictions and writes reports.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

    /** System property that the launcher sets: the project's root directory. */
    private static final String HOME = "tribuopeft.home";

    private static final int EPOCHS = 8;
    private static final int SAMPLES = 4;
    private static final String SAMPLE_METHOD = "prefix-tuning";
    private static final List<String> METHODS = List.of("linear-probe", "prompt-tuning", SAMPLE_METHOD, "lora");

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Output directory (default: quickstart-report). Finished trainings in it are not repeated.")
    private Path report = Path.of("quickstart-report");

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Path examples =
                Path.of(System.getProperty(HOME, "")).resolve("examples").resolve("data");
        if (!Files.isDirectory(examples)) {
            throw new UsageException(
                    "there is no example data in " + examples + "; run ./peft in the project's directory");
        }
        Path requests = examples.resolve("requests");
        Path fieldNotes = examples.resolve("field-notes");
        Destinations destinations = new Destinations().writesInto("--report", report, List.of());
        for (Path data : List.of(requests, fieldNotes)) {
            run(data, TuningOptions.ofEpochs(EPOCHS)).addTo(destinations);
        }
        destinations.check();
        System.out.println("Text classification: intents of messages to a service desk. Backbone: all-MiniLM-L6-v2.");
        ComparisonResult labels = compare(Task.CLASSIFICATION, "tribuo-linear", requests, ".tsv");
        System.out.println("Predictions of " + SAMPLE_METHOD + " for test messages:");
        for (int i = 0; i < SAMPLES; i++) {
            printLabel(labels.items().get(i), prediction(labels, i));
        }
        System.out.println();
        System.out.println("Named entity recognition: field notes of a railway. Backbone: all-MiniLM-L6-v2.");
        ComparisonResult tags = compare(Task.NER, "tribuo-crf", fieldNotes, ".conll");
        System.out.println("Predictions of " + SAMPLE_METHOD + " for test notes:");
        for (int i = 0; i < SAMPLES; i++) {
            printEntities(tags.items().get(i), prediction(tags, i));
        }
        System.out.println();
        System.out.println("Next: ./peft train --train FILE.tsv --output MODEL, or ./peft compare --help");
        return 0;
    }

    private ComparisonResult compare(Task task, String baseline, Path folder, String ending) throws IOException {
        TuningOptions tuning = TuningOptions.ofEpochs(EPOCHS);
        Candidates candidates = new Candidates(
                Stream.concat(METHODS.stream(), Stream.of(baseline)).toList(), List.of(), tuning);
        ComparisonFiles files = new ComparisonFiles(
                new DataOptions(),
                folder.resolve("train" + ending),
                folder.resolve("dev" + ending),
                folder.resolve("test" + ending));
        ComparisonRun run = run(folder, tuning);
        CompareProgress progress = new CompareProgress();
        ComparisonResult result =
                run.run(task.comparable("quickstart").setup(candidates, files, progress), progress, null);
        printTable(result);
        System.out.println("Report: " + run.page());
        System.out.println();
        return result;
    }

    private ComparisonRun run(Path folder, TuningOptions tuning) {
        return new ComparisonRun(
                "Methods compared on " + folder.getFileName(),
                1,
                List.of(ComparisonRun.ALL),
                report.resolve(folder.getFileName()),
                Environment.describe(
                        tuning.source(),
                        command.root().commandLine().getParseResult().originalArgs()),
                List.of());
    }

    private static void printTable(ComparisonResult result) {
        String headline = result.scoring().headline();
        System.out.printf(
                Locale.ROOT, "%n%-14s  %13s  %10s  %8s%n", "method", "test " + headline, "parameters", "seconds");
        for (Cell cell : result.cells()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-14s  %13.3f  %,10d  %8.1f%n",
                    cell.key().candidate(),
                    cell.metrics().get(headline),
                    cell.costs().trainableValues(),
                    cell.costs().trainSeconds());
        }
        System.out.println();
    }

    private static List<String> prediction(ComparisonResult result, int item) {
        return result.cells(SAMPLE_METHOD, result.fullSize())
                .get(0)
                .predictions()
                .get(item);
    }

    private static void printLabel(TestItem item, List<String> label) {
        System.out.printf(
                Locale.ROOT,
                "  %s (%s): %s%n",
                label.get(0),
                item.gold().equals(label)
                        ? "correct"
                        : "expected " + item.gold().get(0),
                item.words().get(0));
    }

    private static void printEntities(TestItem item, List<String> tags) {
        System.out.println("  " + String.join(" ", item.words()));
        for (Span span : SpanScheme.CONLLEVAL.spans(tags)) {
            System.out.println(
                    "    " + span.type() + ": " + String.join(" ", item.words().subList(span.begin(), span.end())));
        }
    }
}
