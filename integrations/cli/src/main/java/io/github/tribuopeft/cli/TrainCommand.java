package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.UnseenOutputException;
import io.github.tribuopeft.evaluation.comparison.ProcessMemory;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener;
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

/** Command that trains a model. */
@Command(
        name = "train",
        description = "Trains a model: an adapter and a head on a frozen backbone.",
        sortOptions = false,
        customSynopsis = "peft train [--task=NAME] --train=FILE --output=MODEL [OPTIONS]",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Task: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
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
            description = "Development data, on which the best epoch is chosen (default: a tenth of the training data,"
                    + " without labels that have one example).")
    private Path development;

    @Mixin
    private DataOptions data;

    @Option(names = "--output", required = true, paramLabel = "MODEL", description = "Model file to write.")
    private Path output;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the metrics, times and sizes of the training to this JSON file.")
    private Path json;

    @Option(
            names = "--card",
            paramLabel = "FILE",
            description = "Model card to write or replace (default: MODEL.card.json).")
    private Path card;

    @Option(
            names = "--provenance",
            paramLabel = "FILE",
            description = "Write the provenance of the model to this JSON file, which peft reproduce reads.")
    private Path provenance;

    @Mixin
    private TrainerOptions options;

    @Mixin
    private CheckpointOptions checkpoints;

    @Mixin
    private AttestOptions attestation;

    @Mixin
    private ThreadOptions threads;

    @Override
    public Integer call() throws IOException {
        threads.apply();
        Path cardFile = card == null ? ModelCards.defaultFile(output) : card;
        Destinations destinations = new Destinations();
        options.addTo(destinations);
        attestation.addTo(destinations, output);
        destinations
                .reads("--train", train)
                .reads("--dev", development)
                .writes("--output", output)
                .writes("--card", cardFile)
                .writes("--json", json)
                .writes("--provenance", provenance);
        checkpoints.addTo(destinations, output, cardFile, json);
        destinations.check();
        try (AdaptedModel model = train(task.definition())) {
            model.serializeToFile(output);
            describe(model, cardFile);
        }
        return 0;
    }

    private <D, M extends AdaptedModel> M train(TaskDefinition<D, M> definition) throws IOException {
        D examples = definition.read(data, train);
        D held = development == null ? null : definition.read(data, development);
        TrainerConfiguration configuration = options.configuration(definition.components());
        SignalStop stop = checkpoints.signalStop();
        TaskTrainer<D, M> trainer = definition.trainer(
                configuration, TrainingListener.of(stop, checkpoints.startNote(), new ConsoleProgress()));
        checkpoints.policy().ifPresent(trainer.checkpoints());
        try {
            M model = trainer.train(examples, held);
            stop.requireComplete(model.history().orElseThrow());
            return model;
        } catch (UnseenOutputException e) {
            definition.requireKnownOutputs(data, development, e.known()); // throws an error that names the line
            throw e;
        }
    }

    /** Writes the files that describe the model, which is complete already. */
    private void describe(AdaptedModel model, Path cardFile) throws IOException {
        try {
            ModelCards.of(model, attestation.write(model, task, output)).write(cardFile);
            TrainingHistory history = model.history().orElseThrow();
            System.out.printf(
                    Locale.ROOT,
                    "Wrote %s, %,d bytes, and its card %s%nBest epoch: %d of %d%s%n",
                    output,
                    Files.size(output),
                    cardFile,
                    history.bestEpoch(),
                    history.epochs().size(),
                    history.bestScore().map(score -> ", dev " + score).orElse(""));
            if (json != null) {
                Json.write(json, metrics(model, history));
            }
            if (provenance != null) {
                ProvenanceFile.write(provenance, model.getProvenance());
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; the model itself is complete in " + output, e);
        }
    }

    private Map<String, Object> metrics(AdaptedModel model, TrainingHistory history) throws IOException {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("method", model.method());
        metrics.put("task", task.id());
        metrics.put("backbone", model.backbone().name());
        metrics.put(
                "seed",
                Long.parseLong(model.getProvenance()
                        .getTrainerProvenance()
                        .getConfiguredParameters()
                        .get("seed")
                        .toString()));
        metrics.put("epochs", history.epochs().size());
        metrics.put("bestEpoch", history.bestEpoch());
        metrics.put("trainableParameters", history.start().adapterParameters());
        metrics.put("headParameters", history.start().headParameters());
        metrics.put("backboneParameters", history.start().backboneParameters());
        metrics.put("examples", history.start().examples());
        metrics.put("developmentExamples", history.start().developmentExamples());
        metrics.put("truncatedExamples", history.start().truncated());
        metrics.put("frozenLayers", history.start().frozenLayers());
        metrics.put("trainSeconds", history.seconds());
        metrics.put("examplesPerSecond", history.examplesPerSecond());
        metrics.put("epochSeconds", ofEpochs(history, TrainingEpoch::seconds));
        metrics.put("trainLoss", ofEpochs(history, TrainingEpoch::trainLoss));
        metrics.put("devMetric", ofEpochs(history, TrainingEpoch::developmentMetric));
        ProcessMemory.peakBytes().ifPresent(bytes -> metrics.put("peakRssMb", bytes >> 20));
        metrics.put("modelBytes", Files.size(output));
        return metrics;
    }

    private static List<Double> ofEpochs(TrainingHistory history, ToDoubleFunction<TrainingEpoch> metric) {
        return history.epochs().stream()
                .mapToDouble(metric)
                .filter(Double::isFinite)
                .boxed()
                .toList();
    }
}
