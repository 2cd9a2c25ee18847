package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.evaluation.comparison.ProcessMemory;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "train", description = "Trains a model.", mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

    @Option(names = "--task", paramLabel = "NAME", description = "What to learn: classification (the default) or ner.")
    private Task task = Task.CLASSIFICATION;

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description = "Training data: .tsv, .csv, .jsonl, or .conll for entities.")
    private Path train;

    @Option(
            names = "--dev",
            paramLabel = "FILE",
            description = "Development data, to choose the best epoch; by default a tenth of the training data.")
    private Path development;

    @Option(names = "--output", required = true, paramLabel = "MODEL", description = "The model file to write.")
    private Path output;

    @Option(names = "--json", paramLabel = "FILE", description = "Write figures of the training as JSON.")
    private Path json;

    @Option(
            names = "--card",
            paramLabel = "FILE",
            description = "The model card to write, over one that is there; by default MODEL.card.json.")
    private Path card;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one operation.")
    private Integer threads;

    @Mixin
    private TrainerOptions options;

    @Mixin
    private Data data;

    @Override
    public Integer call() throws IOException {
        if (threads != null) {
            TorchRuntime.setThreads(threads);
        }
        Path cardFile = card == null ? Cards.beside(output) : card;
        Destinations destinations = new Destinations();
        options.addTo(destinations);
        destinations
                .reads("--train", train)
                .reads("--dev", development)
                .writes("--output", output)
                .writes("--card", cardFile)
                .writes("--json", json)
                .check();
        try (AdaptedModel model = task.work().train(options, data, train, development, new ConsoleProgress())) {
            model.serializeToFile(output);
            writeFigures(model, cardFile);
        }
        return 0;
    }

    /** Writes what describes the model, which is complete already. */
    private void writeFigures(AdaptedModel model, Path cardFile) throws IOException {
        try {
            Cards.of(model).write(cardFile);
            TrainingHistory history = model.history().orElseThrow();
            System.out.printf(
                    Locale.ROOT,
                    "Wrote %s: %,d bytes, epoch %d of %d; its card is %s%n",
                    output,
                    Files.size(output),
                    history.bestEpoch(),
                    history.epochs().size(),
                    cardFile);
            if (json != null) {
                Json.write(json, figures(model, history));
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; the model itself is complete in " + output, e);
        }
    }

    private Map<String, Object> figures(AdaptedModel model, TrainingHistory history) throws IOException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("method", model.method());
        figures.put("task", task.id());
        figures.put("backbone", model.backbone().name());
        figures.put(
                "seed",
                model.getProvenance()
                        .getTrainerProvenance()
                        .getConfiguredParameters()
                        .get("seed")
                        .toString());
        figures.put("epochs", history.epochs().size());
        figures.put("bestEpoch", history.bestEpoch());
        figures.put("trainableParameters", history.start().adapterParameters());
        figures.put("headParameters", history.start().headParameters());
        figures.put("backboneParameters", history.start().backboneParameters());
        figures.put("examples", history.start().examples());
        figures.put("developmentExamples", history.start().developmentExamples());
        figures.put("truncatedExamples", history.start().truncated());
        figures.put("trainSeconds", history.seconds());
        figures.put("examplesPerSecond", history.examplesPerSecond());
        figures.put("epochSeconds", each(history, TrainingEpoch::seconds));
        figures.put("trainLoss", each(history, TrainingEpoch::trainLoss));
        figures.put("devMetric", each(history, TrainingEpoch::developmentMetric));
        ProcessMemory.peakBytes().ifPresent(bytes -> figures.put("peakRssMb", bytes >> 20));
        figures.put("modelBytes", Files.size(output));
        return figures;
    }

    private static List<Double> each(TrainingHistory history, ToDoubleFunction<TrainingEpoch> figure) {
        return history.epochs().stream()
                .mapToDouble(figure)
                .filter(Double::isFinite)
                .boxed()
                .toList();
    }
}
