package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Command that compares methods. */
@Command(
        name = "compare",
        description = {
            "Trains several methods with several seeds on the same data and writes a report.",
            "When it is run again with the same --report, it trains only the missing models."
        },
        sortOptions = false,
        customSynopsis =
                "peft compare [--task=NAME] --train=FILE --test=FILE --methods=NAME,... --report=DIR [OPTIONS]",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

    private static final String NO_BREAK_SPACE = "\u00a0";

    @Option(
            names = "--task",
            paramLabel = "NAME",
            completionCandidates = ComparableTaskNames.class,
            description = "Task: ${COMPLETION-CANDIDATES} (default: classification).")
    private Task task = Task.CLASSIFICATION;

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description = "Training data: " + DataOptions.FORMATS)
    private Path train;

    @Option(
            names = "--dev",
            paramLabel = "FILE",
            description =
                    "Development data, on which the best epoch is chosen (default: a tenth of the training data).")
    private Path development;

    @Option(names = "--test", required = true, paramLabel = "FILE", description = "Test data.")
    private Path test;

    @Mixin
    private DataOptions data;

    @Option(
            names = "--methods",
            required = true,
            split = ",",
            paramLabel = "NAME",
            completionCandidates = MethodNames.class,
            description =
                    "Methods to compare, separated by commas: ${COMPLETION-CANDIDATES}. A plus sign combines methods:"
                            + " lora+bitfit. Baselines without a backbone: tribuo-linear and majority for labels,"
                            + " tribuo-linear and mean for numbers, tribuo-crf for ner.")
    private List<String> methods;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Number of seeds with which each method is trained (default: 3).")
    private int seeds = 3;

    @Option(
            names = "--train-sizes",
            split = ",",
            paramLabel = "N",
            description = "Numbers of training examples, such as 100,500,all (default: all).")
    private List<String> sizes = List.of(ComparisonRun.ALL);

    @Option(
            names = "--sweep",
            paramLabel = "setting=value,value",
            description = {
                "Values of a setting to compare, for each method that has the setting. May be repeated. Examples:",
                "virtual-tokens=1,5,20,50",
                "layers=0-5,3-5",
                "learning-rate=1e-3,1e-2",
                "initializer=sampled-vocabulary,label-text",
                "placement=BEFORE,NO_POSITION_IDS"
            })
    private List<String> sweeps = List.of();

    @Mixin
    private ReportOptions report;

    @Option(
            names = "--measure-memory",
            description =
                    "Train each model in a process of its own, and report its peak memory. Each process takes some"
                            + " seconds more.")
    private boolean measureMemory;

    /** Model to train in this process, which {@link TrainingProcess} started. */
    @Option(names = TrainingProcess.OPTION, hidden = true)
    private String only;

    @Mixin
    private TuningOptions tuning;

    @Mixin
    private ThreadOptions threads;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        threads.apply();
        ComparisonRun.requireSeeds(seeds);
        ComparableTask comparable = task.comparable("compare");
        Candidates candidates =
                new Candidates(methods, sweeps.stream().map(Sweep::parse).toList(), tuning);
        List<String> arguments = command.root().commandLine().getParseResult().originalArgs();
        Map<String, String> environment = Environment.describe(tuning.source(), arguments);
        environment.putAll(candidates.facts(task.definition().components()));
        ComparisonRun run = new ComparisonRun(
                "Methods compared on " + nameWithDirectory(test),
                seeds,
                sizes,
                report.directory,
                environment,
                report.notes);
        Destinations destinations = new Destinations()
                .reads("--train", train)
                .reads("--dev", development)
                .reads("--test", test);
        tuning.addTo(destinations);
        run.addTo(destinations);
        destinations.check();
        ComparisonFiles files = new ComparisonFiles(data, train, development, test);
        if (only != null) {
            run.train(comparable.setup(candidates, files, new TrainingListener() {}), TrainingProcess.parse(only));
            return 0;
        }
        CompareProgress progress = new CompareProgress(sizes);
        ComparisonResult result = run.run(
                comparable.setup(candidates, files, progress),
                progress,
                measureMemory ? new TrainingProcess(arguments) : null);
        System.out.println(Terminal.wrapped(
                        ComparisonRun.report(result, report.notes).summary().get(0))
                .replace(NO_BREAK_SPACE, " "));
        System.out.println();
        System.out.println(ComparisonTable.of(result));
        System.out.println();
        System.out.println("Report: " + run.page());
        return 0;
    }

    /** Returns the end of a path: a name such as {@code test.tsv} alone does not say which data it is. */
    private static Path nameWithDirectory(Path file) {
        Path path = file.toAbsolutePath().normalize();
        int names = path.getNameCount();
        return path.subpath(Math.max(0, names - 2), names);
    }
}
