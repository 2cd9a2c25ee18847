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

@Command(
        name = "quickstart",
        description = "Compares methods on two small data sets, shows what they find, and writes reports.",
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

    /** Set by the launcher: the project's own folder. */
    private static final String HOME = "tribuopeft.home";

    private static final int EPOCHS = 8;
    private static final int SHOWN = 4;
    private static final String SHOWN_METHOD = "prefix-tuning";
    private static final List<String> METHODS = List.of("linear-probe", "prompt-tuning", SHOWN_METHOD, "lora");

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Where to write the reports, default quickstart-report. What an earlier run finished there is kept.")
    private Path report = Path.of("quickstart-report");

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Path examples =
                Path.of(System.getProperty(HOME, "")).resolve("examples").resolve("data");
        if (!Files.isDirectory(examples)) {
            throw new UsageException(
                    "The quickstart's data is not at " + examples + "; start it with ./peft in the project's folder");
        }
        Path requests = examples.resolve("requests");
        Path fieldNotes = examples.resolve("field-notes");
        Destinations destinations = new Destinations().writesInto("--report", report, List.of());
        for (Path data : List.of(requests, fieldNotes)) {
            bout(data, TuningOptions.ofEpochs(EPOCHS)).addTo(destinations);
        }
        destinations.check();
        System.out.println("What does the writer want? Messages to a service desk, on a frozen all-MiniLM-L6-v2.");
        ComparisonResult labels = compare(Task.CLASSIFICATION, "tribuo-linear", requests, ".tsv");
        System.out.println("Some messages that the prefix has not seen, and what it says of them:");
        for (int i = 0; i < SHOWN; i++) {
            showLabel(labels.items().get(i), found(labels, i));
        }
        System.out.println();
        System.out.println("Who, where, which machine, which part? Field notes of a railway, on the same backbone.");
        ComparisonResult tags = compare(Task.NER, "tribuo-crf", fieldNotes, ".conll");
        System.out.println("Some notes that the prefix has not seen, and what it finds in them:");
        for (int i = 0; i < SHOWN; i++) {
            showEntities(tags.items().get(i), found(tags, i));
        }
        System.out.println();
        System.out.println("Next: ./peft train --train FILE.tsv --output MODEL, or ./peft compare --help");
        return 0;
    }

    private ComparisonResult compare(Task task, String plain, Path folder, String ending) throws IOException {
        TuningOptions tuning = TuningOptions.ofEpochs(EPOCHS);
        CompareProgress progress = new CompareProgress();
        Candidates contenders =
                new Candidates(Stream.concat(METHODS.stream(), Stream.of(plain)).toList(), List.of(), tuning);
        ComparisonRun bout = bout(folder, tuning);
        ComparisonResult result = bout.run(
                task.work()
                        .field(
                                contenders,
                                new Data(),
                                folder.resolve("train" + ending),
                                folder.resolve("dev" + ending),
                                folder.resolve("test" + ending),
                                progress),
                progress);
        show(result);
        System.out.println("The whole report: " + bout.page());
        System.out.println();
        return result;
    }

    private ComparisonRun bout(Path folder, TuningOptions tuning) {
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

    private static void show(ComparisonResult result) {
        String headline = result.scoring().headline();
        System.out.printf(Locale.ROOT, "%n%-14s  %13s  %9s  %8s%n", "method", "test " + headline, "values", "seconds");
        for (Cell cell : result.cells()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-14s  %13.3f  %,9d  %8.1f%n",
                    cell.key().candidate(),
                    cell.metrics().get(headline),
                    cell.costs().trainableValues(),
                    cell.costs().trainSeconds());
        }
        System.out.println();
    }

    private static List<String> found(ComparisonResult result, int item) {
        return result.cells(SHOWN_METHOD, result.fullSize())
                .get(0)
                .predictions()
                .get(item);
    }

    private static void showLabel(TestItem item, List<String> found) {
        boolean right = item.gold().equals(found);
        System.out.printf(
                Locale.ROOT,
                "  %s (%s): %s%n",
                found.get(0),
                right ? "right" : "wrong: " + item.gold().get(0),
                item.words().get(0));
    }

    private static void showEntities(TestItem item, List<String> tags) {
        System.out.println("  " + String.join(" ", item.words()));
        for (Span span : SpanScheme.CONLLEVAL.spans(tags)) {
            System.out.println(
                    "    " + span.type() + ": " + String.join(" ", item.words().subList(span.begin(), span.end())));
        }
    }
}
