package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftTrainerProvenance;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.data.ReplyFileSource;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.evaluation.reproduction.RecordedData;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint;
import io.github.tribuopeft.io.MovedPath;
import io.github.tribuopeft.reproduction.Reproducer;
import io.github.tribuopeft.reproduction.Reproduction;
import io.github.tribuopeft.reproduction.Verdict;
import io.github.tribuopeft.text.TextFactory;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.tribuo.provenance.ModelProvenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that trains a model again from its provenance and compares the result. */
@Command(
        name = "reproduce",
        description = {
            "Trains a model again from its own provenance and compares parameters, predictions and provenance.",
            "Exit code 0: the new model is IDENTICAL or EQUIVALENT. 1: it is DIFFERENT.",
            "2: a file is missing or changed."
        },
        sortOptions = false,
        customSynopsis = "peft reproduce (--model=MODEL | --provenance=FILE) [OPTIONS]",
        mixinStandardHelpOptions = true)
final class ReproduceCommand implements Callable<Integer> {

    @Option(names = "--model", paramLabel = "MODEL", description = "Model file.")
    private Path model;

    @Option(
            names = "--provenance",
            paramLabel = "FILE",
            description = {
                "Provenance in JSON, as train --provenance and compare write it: FILE or",
                "REPORT/cells/*.provenance.json. With --model, it is used instead of the model's own."
            })
    private Path provenance;

    @Option(
            names = "--data-root",
            paramLabel = "DIR",
            description =
                    "Directory with the data files and the checkpoint, if they were moved. They are found by the end"
                            + " of their path and checked by their hash.")
    private Path dataRoot;

    @Option(
            names = "--backbone-root",
            paramLabel = "DIR",
            description = "Directory that is or contains the backbone, if it was moved.")
    private Path backboneRoot;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            description = "Largest difference of an EQUIVALENT model, relative to the largest value of each tensor"
                    + " (default: 0.001).")
    private double tolerance = Reproducer.TOLERANCE;

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|cuda:N",
            description = "Device of the training (default: as recorded).")
    private String device;

    @Mixin
    private ThreadOptions threads;

    @Option(names = "--output", paramLabel = "MODEL", description = "Write the new model to this file.")
    private Path output;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the verdict, the differences and the reasons to this JSON file.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        if (model == null && provenance == null) {
            throw new UsageException("reproduce: expected --model or --provenance");
        }
        requireDirectory("--data-root", dataRoot);
        requireDirectory("--backbone-root", backboneRoot);
        if (model == null) {
            return reproduce(read(provenance), null);
        }
        try (AdaptedModel recorded = ModelOptions.read(model, InferenceOptions.DEFAULT)) {
            return reproduce(provenance == null ? recorded.getProvenance() : read(provenance), recorded);
        }
    }

    private void checkDestinations(ModelProvenance record) {
        Destinations destinations = new Destinations()
                .reads("--model", model)
                .reads("--provenance", provenance)
                .reads("--backbone-root", backboneRoot)
                .writes("--output", output)
                .writes("--json", json);
        String recorded = (model == null ? "--provenance" : "--model") + ", whose training read";
        for (String path : Reproducer.paths(record)) {
            MovedPath.candidates(path, roots()).forEach(file -> destinations.reads(recorded, file));
        }
        destinations.check();
    }

    private List<Path> roots() {
        return Stream.of(backboneRoot, dataRoot).filter(Objects::nonNull).toList();
    }

    private static void requireDirectory(String option, Path directory) {
        if (directory != null && !Files.isDirectory(directory)) {
            throw new UsageException(option + ": there is no directory " + directory);
        }
    }

    private static ModelProvenance read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--provenance: there is no file " + file);
        }
        try {
            return ProvenanceFile.read(file);
        } catch (IOException e) {
            throw new UsageException("--provenance: " + e.getMessage(), e);
        }
    }

    /** @param recorded the recorded model; null if there is only its provenance */
    private int reproduce(ModelProvenance record, AdaptedModel recorded) throws IOException {
        checkDestinations(record);
        if (record.getTrainerProvenance().getInstanceValues().get(PeftTrainerProvenance.THREADS)
                instanceof IntProvenance count) {
            TorchRuntime.setOperationThreads(count.getValue()); // an option below overrides it
        }
        threads.apply();
        Reproducer reproducer = reproducer();
        try (Reproduction reproduction =
                recorded == null ? reproducer.reproduce(record) : reproducer.reproduce(record, recorded)) {
            print(reproduction);
            if (output != null) {
                reproduction.model().serializeToFile(output);
            }
            if (json != null) {
                Json.write(json, describe(reproduction));
            }
            return reproduction.verdict() == Verdict.DIFFERENT ? Peft.FAILED : 0;
        }
    }

    private Reproducer reproducer() {
        RecordedData.Builder data = RecordedData.builder()
                .allow(
                        TextFileSource.class,
                        TextExampleExtractor.class,
                        ReplyFileSource.class,
                        TextFactory.class,
                        ConllSequenceSource.class);
        if (dataRoot != null) {
            data.root(dataRoot);
        }
        RecordedData recorded = data.build();
        Reproducer.Builder builder = Reproducer.builder(recorded::dataset, recorded::sequences)
                .allow(PeftAdapterCheckpoint.class)
                .tolerance(tolerance)
                .listener(new ConsoleProgress());
        roots().forEach(builder::root);
        if (backboneRoot != null && TorchScriptDirectory.matches(backboneRoot)) {
            builder.backbone(new TorchScriptDirectory(backboneRoot)); // a program, which the user has named
        }
        if (device != null) {
            builder.device(device);
        }
        return builder.build();
    }

    private static void print(Reproduction reproduction) {
        AdaptedModel found = reproduction.model();
        System.out.printf(
                Locale.ROOT,
                "%s: %,d parameters, largest difference %s; predictions that agree: %s%n",
                reproduction.verdict(),
                found.adapterParameters() + found.headParameters(),
                difference(reproduction),
                reproduction.predictionAgreement().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "%.2f %%",
                                100 * reproduction.predictionAgreement().getAsDouble())
                        : "unknown");
        reproduction.reasons().forEach(reason -> System.out.println("  " + reason));
        if (!reproduction.provenanceDifferences().isEmpty()) {
            System.out.println("Values of the provenance that differ:");
            reproduction.provenanceDifferences().forEach(value -> System.out.println("  " + value));
        }
    }

    private static String difference(Reproduction reproduction) {
        if (reproduction.maxParameterDifference().isEmpty()) {
            return "unknown";
        }
        double absolute = reproduction.maxParameterDifference().getAsDouble();
        return absolute == 0
                ? "0"
                : String.format(
                        Locale.ROOT,
                        "%.3g (%.3g of the largest value of its tensor; tolerance %.3g)",
                        absolute,
                        reproduction.maxRelativeDifference().orElseThrow(),
                        reproduction.tolerance());
    }

    private static Map<String, Object> describe(Reproduction reproduction) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("verdict", reproduction.verdict().name());
        description.put("maxParameterDifference", orNull(reproduction.maxParameterDifference()));
        description.put("maxRelativeDifference", orNull(reproduction.maxRelativeDifference()));
        description.put("tolerance", reproduction.tolerance());
        description.put("predictionAgreement", orNull(reproduction.predictionAgreement()));
        description.put(
                "provenanceDifferences",
                reproduction.provenanceDifferences().stream()
                        .map(value ->
                                Map.of("path", value.path(), "recorded", value.recorded(), "found", value.found()))
                        .toList());
        description.put("reasons", List.copyOf(reproduction.reasons()));
        return description;
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
