package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.attestation.AttestationFiles;
import io.github.tribuopeft.attestation.Check;
import io.github.tribuopeft.attestation.Check.Status;
import io.github.tribuopeft.attestation.Verification;
import io.github.tribuopeft.attestation.Verification.Request;
import io.github.tribuopeft.attestation.VerificationKey;
import io.github.tribuopeft.backbone.BackboneSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command that verifies a model and its attestation. */
@Command(
        name = "verify",
        description = "Verifies a model, its attestation and the files of its training, offline.",
        sortOptions = false,
        customSynopsis = "peft verify --model=MODEL [OPTIONS]",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "Model file. Its attestation, MODEL.intoto.jsonl and MODEL.cdx.json, is next to it.")
    private Path model;

    @Option(
            names = "--key",
            paramLabel = "PUBLIC.pem",
            description = "Ed25519 public key in PEM format, with which the statement must be signed.")
    private Path keyFile;

    @Option(
            names = "--data-root",
            paramLabel = "DIR",
            description = "Directory of the data files, if they were moved after training.")
    private Path dataRoot;

    @Option(
            names = "--backbone",
            paramLabel = "minilm|DIR",
            description = "Backbone of the model, if it was moved after training.")
    private String backbone;

    @Option(names = "--require-files", description = "Fail if a file of the training is missing.")
    private boolean requireFiles;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the checks to this JSON file.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        inputs().writes("--json", json).check();
        requireInputs();
        Verification verification = verify();
        verification.checks().forEach(check -> System.out.println(line(check)));
        int differences = verification.with(Status.DIFFERS).size();
        int missing = verification.with(Status.MISSING).size();
        boolean failed = differences > 0 || requireFiles && missing > 0;
        System.out.printf(
                "%s: %d of %d checks match, %d differ, %d files are missing%n",
                failed ? "FAILED" : "OK",
                verification.with(Status.MATCHES).size(),
                verification.checks().size(),
                differences,
                missing);
        if (json != null) {
            Json.write(json, document(verification, failed));
        }
        return failed ? Peft.FAILED : 0;
    }

    /** Returns the files that the command reads, with those that the model names. */
    private Destinations inputs() {
        AttestationFiles attestation = AttestationFiles.of(model);
        Destinations inputs = new Destinations()
                .reads("--model", model)
                .reads("the attestation of --model in", attestation.envelope())
                .reads("the attestation of --model in", attestation.bom())
                .reads("--key", keyFile)
                .reads("--backbone", TuningOptions.directoryOf(backbone));
        if (json != null) {
            addNamedFiles(inputs);
        }
        return inputs;
    }

    private void addNamedFiles(Destinations inputs) {
        try (AdaptedModel adapted = AdaptedModel.load(model)) {
            adapted.backbone()
                    .source()
                    .flatMap(BackboneSource::localDirectory)
                    .ifPresent(directory -> inputs.reads("the backbone of --model in", directory));
            Verification.dataFiles(adapted, Optional.ofNullable(dataRoot))
                    .forEach(file -> inputs.reads("the data of --model in", file));
        } catch (IOException e) {
            inputs.reads("--model", model); // the verification reports why it cannot be read
        }
    }

    private void requireInputs() {
        if (!Files.isRegularFile(model)) {
            throw new UsageException("--model: there is no file " + model);
        }
        if (dataRoot != null && !Files.isDirectory(dataRoot)) {
            throw new UsageException("--data-root: there is no directory " + dataRoot);
        }
    }

    private Verification verify() {
        try {
            return Verification.of(new Request(
                    model,
                    keyFile == null ? Optional.empty() : Optional.of(VerificationKey.read(keyFile)),
                    Optional.ofNullable(dataRoot),
                    Optional.ofNullable(backbone).map(TuningOptions::source)));
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private static String line(Check check) {
        StringBuilder line = new StringBuilder(String.format("%-11s  %s", name(check.status()), check.subject()));
        check.expected().filter(expected -> check.status() != Status.MATCHES).ifPresent(expected -> line.append(
                        ": expected ")
                .append(expected)
                .append(check.found().map(found -> ", found " + found).orElse("")));
        check.note().ifPresent(note -> line.append(": ").append(note));
        return line.toString();
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private Map<String, Object> document(Verification verification, boolean failed) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("model", model.toString());
        document.put("verified", !failed);
        document.put(
                "checks",
                verification.checks().stream().map(VerifyCommand::entry).toList());
        return document;
    }

    private static Map<String, Object> entry(Check check) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("subject", check.subject());
        entry.put("status", name(check.status()));
        check.expected().ifPresent(expected -> entry.put("expected", expected));
        check.found().ifPresent(found -> entry.put("found", found));
        check.note().ifPresent(note -> entry.put("note", note));
        return entry;
    }
}
