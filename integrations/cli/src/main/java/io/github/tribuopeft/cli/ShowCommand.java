package io.github.tribuopeft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.TrainingFacts;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command that prints what a model is. */
@Command(
        name = "show",
        description = "Prints what a model is: task, method, backbone, labels, sizes and training.",
        sortOptions = false,
        customSynopsis = "peft show MODEL [--json=FILE]",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

    /** Labels that are printed; the JSON file contains all of them. */
    private static final int MAX_LABELS = 20;

    @ArgGroup(multiplicity = "1")
    private ModelFile named;

    /** The model file, as an option or without one. */
    static final class ModelFile {
        @Option(names = "--model", required = true, paramLabel = "MODEL", description = "Model file.")
        private Path option;

        @Parameters(arity = "1", paramLabel = "MODEL", description = "Model file.")
        private Path parameter;

        private Path file() {
            return option == null ? parameter : option;
        }
    }

    @Option(names = "--json", paramLabel = "FILE", description = "Write the description to this JSON file.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        Path file = named.file();
        new Destinations().reads("--model", file).writes("--json", json).check();
        try (TaskModel<?, ?> model = Task.bind(ModelOptions.read(file, InferenceOptions.DEFAULT))) {
            Optional<String> missing = missing(model.model().backbone());
            print(file, model, missing);
            if (json != null) {
                Json.write(json, describe(file, model, missing));
            }
        }
        return 0;
    }

    /** Returns the reason why the backbone is not found on this machine; empty if it is found. */
    private static Optional<String> missing(BackboneReference backbone) {
        try {
            BackboneCatalog.find(backbone);
            return Optional.empty();
        } catch (BackboneException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static void print(Path file, TaskModel<?, ?> typed, Optional<String> missing) throws IOException {
        AdaptedModel model = typed.model();
        row("model", String.format(Locale.ROOT, "%s, %,d bytes", file, Files.size(file)));
        row("task", typed.task().id());
        row("outputs", outputs(model.labels()));
        row("method", method(model));
        row(
                "backbone",
                model.backbone().name() + " (weights "
                        + model.backbone().fingerprint().shortForm() + "…), "
                        + (missing.isEmpty() ? "found on this machine" : "not found on this machine"));
        missing.ifPresent(reason -> row("", reason));
        row(
                "parameters",
                String.format(
                        Locale.ROOT,
                        "%,d of the method, %,d of the head",
                        model.adapterParameters(),
                        model.headParameters()));
        printTraining(model);
    }

    private static void row(String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        System.out.printf(Locale.ROOT, "%-10s  %s%n", name, value);
    }

    private static String outputs(List<String> labels) {
        String some = String.join(", ", labels.subList(0, Math.min(MAX_LABELS, labels.size())));
        return labels.size() + ": " + some + (labels.size() > MAX_LABELS ? ", …" : "");
    }

    /** Returns the name of the method with the settings that its provenance records. */
    private static String method(AdaptedModel model) {
        List<String> settings = new ArrayList<>();
        ProvenanceSettings.of(model.getProvenance(), "method")
                .forEach((name, value) -> settings.add(name + "=" + value));
        return model.method() + (settings.isEmpty() ? "" : " (" + String.join(", ", settings) + ")");
    }

    /** Prints what the provenance says of the training; an imported model has no facts. */
    private static void printTraining(AdaptedModel model) {
        Map<String, String> settings = new LinkedHashMap<>(ProvenanceSettings.of(model.getProvenance()));
        TrainingFacts.in(model.getProvenance())
                .forEach((name, value) -> settings.put(name, value.getValue().toString()));
        row("trained", model.getProvenance().getTrainingTime().toString());
        row(
                "settings",
                listed(
                        settings,
                        "seed",
                        "precision",
                        TrainingFacts.LEARNING_RATE,
                        TrainingFacts.HEAD_LEARNING_RATE,
                        TrainingFacts.POOLING,
                        TrainingFacts.MAX_LENGTH));
        row(
                "run",
                listed(
                        settings,
                        TrainingFacts.TRAINING_EXAMPLES,
                        TrainingFacts.DEVELOPMENT_EXAMPLES,
                        TrainingFacts.DEVELOPMENT,
                        TrainingFacts.BEST_EPOCH));
        row("data", listed(settings, TrainingFacts.DATA_HASH));
        row("processor", listed(settings, TrainingFacts.PROCESSOR));
    }

    /** Returns the values that are known, each after its name; empty if none is. */
    private static String listed(Map<String, String> values, String... names) {
        return Stream.of(names)
                .filter(values::containsKey)
                .map(name -> name.replace('-', ' ') + " " + values.get(name))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> describe(Path file, TaskModel<?, ?> typed, Optional<String> missing)
            throws IOException {
        AdaptedModel model = typed.model();
        Map<String, Object> backbone = new LinkedHashMap<>();
        backbone.put("name", model.backbone().name());
        backbone.put("fingerprint", model.backbone().fingerprint());
        backbone.put("found", missing.isEmpty());
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("method", model.adapterParameters());
        parameters.put("head", model.headParameters());
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("method", model.method());
        description.put("task", typed.task().id());
        description.put("backbone", backbone);
        description.put("labels", model.labels());
        description.put("parameters", parameters);
        description.put("bytes", Files.size(file));
        description.put("provenance", new ObjectMapper().readTree(ProvenanceFile.json(model.getProvenance())));
        return description;
    }
}
