package io.github.tribuopeft.cli;

import io.github.tribuopeft.LabelDescriptions;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.FewShotBenchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Command that compares classifiers with few examples for each label. */
@Command(
        name = "few-shot",
        description = {
            "Compares classifiers that are trained on few examples for each label, and writes a report.",
            "Each seed has its own sample of the training data. No example is held out: the last epoch is kept.",
            "When it is run again with the same --report, it trains only the missing models."
        },
        sortOptions = false,
        customSynopsis = "peft few-shot --train=FILE --test=FILE --report=DIR [OPTIONS]",
        mixinStandardHelpOptions = true)
final class FewShotCommand implements Callable<Integer> {

    private static final List<String> SETTINGS =
            List.of("trainer.developmentFraction=0", "training.epochs=20", "training.batchSize=8");

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description = "Data from which the examples are drawn: " + DataOptions.FORMATS)
    private Path train;

    @Option(names = "--test", required = true, paramLabel = "FILE", description = "Test data.")
    private Path test;

    @Option(
            names = "--descriptions",
            paramLabel = "FILE",
            description = "Descriptions of the labels for zero-shot, in the format of the data: one or more texts for"
                    + " each label (default: the words of its name).")
    private Path descriptions;

    @Mixin
    private DataOptions data;

    @Option(
            names = "--shots",
            split = ",",
            paramLabel = "N",
            description = "Numbers of examples for each label (default: 8,16). The result of zero-shot is the same for"
                    + " all of them.")
    private List<Integer> shots = List.of(8, 16);

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Number of samples, each with a seed of its own (default: 10).")
    private int seeds = 10;

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Methods to compare, as in compare, and zero-shot and prototypes (default: ${DEFAULT-VALUE}).",
            defaultValue = "zero-shot,prototypes,tribuo-linear,linear-probe,prefix-tuning,lora")
    private List<String> methods;

    @Mixin
    private ReportOptions report;

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
        for (int count : shots) {
            if (count < 1) {
                throw new UsageException("--shots: expected at least 1, but found " + count
                        + "; zero-shot is a method, which is compared at every number of shots");
            }
        }
        tuning.setDefaults(SETTINGS);
        ClassificationTask task = new ClassificationTask();
        Candidates candidates = new Candidates(methods, List.of(), tuning);
        Map<String, String> environment = Environment.describe(
                tuning.source(), command.root().commandLine().getParseResult().originalArgs());
        environment.putAll(candidates.facts(task.components()));
        Destinations destinations =
                new Destinations().reads("--train", train).reads("--test", test).reads("--descriptions", descriptions);
        tuning.addTo(destinations);
        ComparisonRun run = new ComparisonRun(
                "Few examples of " + test.toAbsolutePath().getParent().getFileName(),
                seeds,
                List.of(),
                report.directory,
                environment,
                report.notes);
        run.addTo(destinations);
        destinations.check();
        FewShotBenchmark benchmark = task.fewShotBenchmark(new ComparisonFiles(data, train, null, test));
        shots.forEach(count -> environment.put("samples of " + count + " per label", hashes(benchmark, count)));
        List<TrainableCandidate<Dataset<Label>, Model<Label>>> fixed = new ArrayList<>(task.baselines());
        fixed.add(PrototypeCandidate.ofExamples(tuning::prototypes));
        fixed.add(PrototypeCandidate.ofDescriptions(tuning::prototypes, descriptions(benchmark)));
        CompareProgress progress = new CompareProgress(List.of());
        ComparisonResult result = run.withSizes(
                        shots.stream().map(count -> "" + benchmark.size(count)).toList())
                .run(
                        new ComparisonSetup<>(benchmark, candidates.of(task, model -> model, fixed, progress)),
                        progress,
                        null);
        System.out.println(ComparisonTable.of(result));
        System.out.println();
        System.out.println("Report: " + run.page());
        return 0;
    }

    /** Returns the descriptions of the file, or the words of the labels' names. */
    private Dataset<Label> descriptions(FewShotBenchmark benchmark) throws IOException {
        return descriptions == null
                ? LabelDescriptions.ofNames(benchmark.labels())
                : data.readTexts(descriptions, new LabelFactory(), new TextExampleExtractor<>());
    }

    /** Returns the hashes of the samples of all seeds; checks that the data has enough examples. */
    private String hashes(FewShotBenchmark benchmark, int count) {
        try {
            return LongStream.range(Trainer.DEFAULT_SEED, Trainer.DEFAULT_SEED + seeds)
                    .mapToObj(seed -> "seed " + seed + ": SHA-256 " + benchmark.sampleHash(count, seed))
                    .collect(Collectors.joining(", "));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--shots: " + e.getMessage(), e);
        }
    }
}
