package io.github.tribuopeft.cli;

import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "compare",
        description = {
            "Trains several methods with several seeds on the same data and writes a report.",
            "Stopped and started again with the same --report, it goes on with what is missing."
        },
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

    @Option(names = "--task", paramLabel = "NAME", description = "What to learn: classification (the default) or ner.")
    private Task task = Task.CLASSIFICATION;

    @Option(names = "--train", required = true, paramLabel = "FILE", description = "Training data.")
    private Path train;

    @Option(
            names = "--dev",
            paramLabel = "FILE",
            description = "Development data, to choose the best epoch; by default a tenth of the training data.")
    private Path development;

    @Option(names = "--test", required = true, paramLabel = "FILE", description = "Test data.")
    private Path test;

    @Option(
            names = "--methods",
            required = true,
            split = ",",
            paramLabel = "NAME",
            description =
                    "Methods, several in one joined by +; tribuo-linear (classification) and tribuo-crf (ner) are Tribuo's own models of words.")
    private List<String> methods;

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds, default 3.")
    private int seeds = 3;

    @Option(
            names = "--train-sizes",
            split = ",",
            paramLabel = "N",
            description = "Numbers of training examples, such as 100,500,all; default all.")
    private List<String> sizes = List.of(ComparisonRun.ALL);

    @Option(
            names = "--sweep",
            paramLabel = "setting=value,value",
            description =
                    "Compare values of a setting with each method that has it: virtual-tokens=1,5,20,50, layers=0-5,3-5,"
                            + " initializer=vocabulary-rows,label-rows, placement=BEFORE,NO_POSITION_IDS, learning-rate=1e-3,1e-2. May be given"
                            + " several times.")
    private List<String> sweeps = List.of();

    @Option(
            names = "--report",
            required = true,
            paramLabel = "DIR",
            description = "Where to write report.html, report.md, results.json and results.csv.")
    private Path report;

    @Option(
            names = "--note",
            paramLabel = "TEXT",
            description =
                    "A sentence that readers of the report must know, such as what else the machine was doing. May be given several"
                            + " times.")
    private List<String> notes = List.of();

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one operation.")
    private Integer threads;

    @Mixin
    private TuningOptions tuning;

    @Mixin
    private Data data;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (threads != null) {
            TorchRuntime.setThreads(threads);
        }
        if (seeds < 1) {
            throw new UsageException("--seeds: expected at least 1, but found " + seeds);
        }
        Candidates contenders =
                new Candidates(methods, sweeps.stream().map(Sweep::parse).toList(), tuning);
        CompareProgress progress = new CompareProgress();
        ComparisonRun bout = new ComparisonRun(
                "Methods compared on "
                        + test.toAbsolutePath().normalize().getParent().getFileName(),
                seeds,
                sizes,
                report,
                Environment.describe(
                        tuning.source(),
                        command.root().commandLine().getParseResult().originalArgs()),
                notes);
        Destinations destinations = new Destinations()
                .reads("--train", train)
                .reads("--dev", development)
                .reads("--test", test);
        tuning.addTo(destinations);
        bout.addTo(destinations);
        destinations.check();
        ComparisonResult result =
                bout.run(task.work().field(contenders, data, train, development, test, progress), progress);
        System.out.println(ComparisonRun.report(result, notes).markdown());
        System.out.println("Wrote " + bout.page());
        return 0;
    }
}
