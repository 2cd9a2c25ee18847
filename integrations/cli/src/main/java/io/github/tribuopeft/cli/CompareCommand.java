package io.github.tribuopeft.cli;

import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.evaluation.comparison.Comparison;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.ResultFile;
import io.github.tribuopeft.evaluation.report.Report;
import io.github.tribuopeft.evaluation.report.Significance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.tribuo.Trainer;
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

    private static final String RESULTS = "results.json";
    private static final String CELLS = "cells";
    private static final String ALL = "all";

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
    private List<String> sizes = List.of(ALL);

    @Option(
            names = "--sweep",
            paramLabel = "setting=value,value",
            description =
                    "Compare values of a setting with each method that has it: virtual-tokens=1,5,20,50, layers=0-5,3-5,"
                            + " initializer=vocabulary-rows,label-rows, placement=BEFORE,UNNUMBERED, learning-rate=1e-3,1e-2. May be given"
                            + " several times.")
    private List<String> sweeps = List.of();

    @Option(
            names = "--report",
            required = true,
            paramLabel = "DIR",
            description = "Where to write report.html, report.md, results.json and results.csv.")
    private Path report;

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
        CompareProgress progress = new CompareProgress();
        Contenders contenders =
                new Contenders(methods, sweeps.stream().map(Sweep::parse).toList(), tuning);
        TaskWork.Field<?, ?> field = task.work().field(contenders, data, train, development, test, progress);
        ComparisonResult result = run(field, progress);
        ResultFile.write(report.resolve(RESULTS), result);
        Report written = Report.of(result, Significance.of(result), List.of());
        written.write(report);
        System.out.println(written.markdown());
        System.out.println("Wrote " + report.resolve(Report.HTML));
        return 0;
    }

    private <D, M> ComparisonResult run(TaskWork.Field<D, M> field, CompareProgress progress) throws IOException {
        return new Comparison<>(
                        field.benchmark(),
                        field.competitors(),
                        LongStream.range(0, seeds)
                                .map(i -> Trainer.DEFAULT_SEED + i)
                                .boxed()
                                .toList(),
                        sizes.stream()
                                .map(size -> size(size, field.benchmark().trainingSize()))
                                .toList(),
                        report.resolve(CELLS),
                        progress)
                .run(
                        test.getFileName() + " of "
                                + test.toAbsolutePath().getParent().getFileName() + ", " + task.id(),
                        Environment.describe(
                                tuning.source(),
                                command.root().commandLine().getParseResult().originalArgs()));
    }

    private static int size(String given, int all) {
        if (given.equals(ALL)) {
            return all;
        }
        try {
            return Integer.parseInt(given);
        } catch (NumberFormatException e) {
            throw new UsageException(
                    "--train-sizes: expected numbers and 'all' as in 100,500,all, but found '" + given + "'", e);
        }
    }
}
