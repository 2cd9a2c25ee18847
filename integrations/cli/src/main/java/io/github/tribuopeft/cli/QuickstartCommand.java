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
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.WordUtils;
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

    /** Number of columns of the output. The final output fits 24 lines, a prompt included. */
    private static final int COLUMNS = 80;

    private static final TuningOptions LABELS = TuningOptions.ofEpochs(4);
    /** There are fewer notes than messages. */
    private static final TuningOptions TAGS = TuningOptions.ofEpochs(10);

    private static final int LABEL_SAMPLES = 2;
    private static final int TAG_SAMPLES = 1;
    private static final String SAMPLE_METHOD = "prefix-tuning";
    private static final List<String> METHODS = List.of("linear-probe", SAMPLE_METHOD, "lora");

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Output directory (default: quickstart-report). Finished training runs in it are not repeated.")
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
        ComparisonRun labels = run(requests, LABELS);
        ComparisonRun tags = run(fieldNotes, TAGS);
        Destinations destinations = new Destinations().writesInto("--report", report, List.of());
        labels.addTo(destinations);
        tags.addTo(destinations);
        destinations.check();
        System.err.println("Text classification: intents of messages to a service desk");
        ComparisonResult ofLabels = compare(labels, LABELS, Task.CLASSIFICATION, "tribuo-linear", requests, ".tsv");
        System.err.println("Entity recognition: field notes of a railway");
        ComparisonResult ofTags = compare(tags, TAGS, Task.NER, "tribuo-crf", fieldNotes, ".conll");
        printTable("Text classification", ofLabels);
        printTable("Entity recognition", ofTags);
        System.out.println("Predictions of " + SAMPLE_METHOD + " for test data:");
        printSamples(ofLabels, LABEL_SAMPLES, QuickstartCommand::label);
        printSamples(ofTags, TAG_SAMPLES, QuickstartCommand::entities);
        System.out.println("Reports: " + labels.page());
        System.out.println("         " + tags.page());
        System.out.println("Next: ./peft train --train examples/data/requests/train.tsv --output m.tribuo");
        System.out.println("      ./peft predict --model m.tribuo --text \"The printer works again, thanks\"");
        System.out.println("      Your own data: docs/getting-started.md; methods: ./peft methods");
        return 0;
    }

    private static ComparisonResult compare(
            ComparisonRun run, TuningOptions options, Task task, String baseline, Path folder, String ending)
            throws IOException {
        Candidates candidates = new Candidates(
                Stream.concat(METHODS.stream(), Stream.of(baseline)).toList(), List.of(), options);
        ComparisonFiles files = new ComparisonFiles(
                new DataOptions(),
                folder.resolve("train" + ending),
                folder.resolve("dev" + ending),
                folder.resolve("test" + ending));
        CompareProgress progress = new CompareProgress(run.sizes());
        return run.run(task.comparable("quickstart").setup(candidates, files, progress), progress, null);
    }

    private ComparisonRun run(Path folder, TuningOptions options) {
        return new ComparisonRun(
                "Methods compared on " + folder.getFileName(),
                1,
                List.of(ComparisonRun.ALL),
                report.resolve(folder.getFileName()),
                Environment.describe(
                        options.source(),
                        command.root().commandLine().getParseResult().originalArgs()),
                List.of());
    }

    private static void printTable(String title, ComparisonResult result) {
        String headline = result.scoring().headline();
        System.out.printf(Locale.ROOT, "%-20s  %10s  %10s  %8s%n", title, headline, "parameters", "seconds");
        for (Cell cell : result.cells()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-18s  %10.3f  %,10d  %8.1f%n",
                    cell.key().candidate(),
                    cell.metrics().get(headline),
                    cell.costs().trainableValues(),
                    cell.costs().trainSeconds());
        }
        System.out.println();
    }

    /** Prints the first test items, each in one line with its prediction. */
    private static void printSamples(
            ComparisonResult result, int number, BiFunction<TestItem, List<String>, String> describe) {
        Cell cell = result.cells(SAMPLE_METHOD, result.fullSize()).get(0);
        for (int i = 0; i < Math.min(number, result.items().size()); i++) {
            TestItem item = result.items().get(i);
            String line =
                    "  " + describe.apply(item, cell.predictions().get(i)) + ": " + String.join(" ", item.words());
            System.out.println(WordUtils.abbreviate(line, COLUMNS - 10, COLUMNS - 1, "…"));
        }
    }

    private static String label(TestItem item, List<String> predicted) {
        return predicted.get(0)
                + (item.gold().equals(predicted)
                        ? " (correct)"
                        : " (expected " + item.gold().get(0) + ")");
    }

    private static String entities(TestItem item, List<String> tags) {
        List<Span> spans = SpanScheme.CONLLEVAL.spans(tags);
        return spans.isEmpty()
                ? "no entities"
                : spans.stream()
                        .map(span -> span.type() + " "
                                + String.join(" ", item.words().subList(span.begin(), span.end())))
                        .collect(Collectors.joining(", "));
    }
}
