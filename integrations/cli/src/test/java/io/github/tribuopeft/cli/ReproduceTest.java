package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tribuo.classification.Label;

/** Tests of the {@code reproduce} command. */
class ReproduceTest {

    /** A trained model is compared with this start of the training's messages: a refusal comes before it. */
    private static final String TRAINING = "trainable parameters";

    @TempDir
    private Path folder;

    private Path backbone;
    private Path model;
    private Path provenance;
    private Path json;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("backbones").resolve("tiny"));
        model = folder.resolve("model.tribuo");
        provenance = folder.resolve("model.provenance.json");
        json = folder.resolve("verdict.json");
    }

    /** Writes 16 examples of a task. */
    static Path data(Task task, Path folder) throws IOException {
        return switch (task) {
            case CLASSIFICATION ->
                write(folder, "train.tsv", "label\ttext\n", "good\ta fine film\nbad\tthe song was awful\n");
            case MULTI_LABEL ->
                write(folder, "train.tsv", "label\ttext\n", "film,good\ta fine film\nsong\tthe song was awful\n");
            case REGRESSION -> write(folder, "train.tsv", "label\ttext\n", "4.5\ta fine film\n1\tthe song was awful\n");
            case NER ->
                write(folder, "train.conll", "", "the\tO\ncity\tB-LOC\n\nthe\tO\nnew\tB-WORK\nfilm\tI-WORK\n\n");
            case GENERATION ->
                write(folder, "train.tsv", "prompt\treply\n", "the film is\ta fine film\nthe song\twas awful\n");
        };
    }

    /** Writes a tiny backbone for a task. */
    static Path backbone(Task task, Path folder) throws IOException {
        if (task != Task.GENERATION) {
            return TinyBertDirectory.write(folder);
        }
        Files.createDirectories(folder);
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(GoldenFiles.own().resolve("llama").resolve("model").resolve(file), folder.resolve(file));
        }
        return folder;
    }

    private static Path write(Path folder, String name, String header, String rows) throws IOException {
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve(name), header + rows.repeat(8));
    }

    private Path train(Task task, Object... more) throws IOException {
        Path data = data(task, folder.resolve("data"));
        if (task == Task.GENERATION) {
            backbone = backbone(task, folder.resolve("backbones").resolve("decoder"));
        }
        List<Object> arguments = new ArrayList<>(List.of("train", "--task", task, "--train", data));
        arguments.addAll(List.of("--backbone", backbone, "--epochs", 2, "--batch-size", 4, "--output", model));
        arguments.addAll(List.of("--provenance", provenance));
        arguments.addAll(List.of(more));
        assertSuccess(run(arguments.toArray()));
        return data;
    }

    private static void assertSuccess(Outcome outcome) {
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private Outcome reproduce(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("reproduce", "--json", json));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    private JsonNode assertIdentical(Outcome outcome) throws IOException {
        assertSuccess(outcome);
        assertThat(outcome.out()).startsWith("IDENTICAL: ");
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertThat(result.get("verdict").asText()).isEqualTo("IDENTICAL");
        assertThat(result.get("maxParameterDifference").asDouble()).isZero();
        assertThat(result.get("predictionAgreement").asDouble()).isEqualTo(1);
        assertThat(result.get("provenanceDifferences")).isEmpty();
        assertThat(result.get("reasons")).isEmpty();
        return result;
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void modelsOfAllTasksWithHeldOutExamples(Task task) throws IOException {
        train(task, "--method", "prefix-tuning");
        assertIdentical(reproduce("--model", model));
        assertIdentical(reproduce("--provenance", provenance));
    }

    @Test
    void movedFilesAreFoundByTheirHashes() throws IOException {
        Path data = train(Task.CLASSIFICATION, "--dev", data(Task.CLASSIFICATION, folder.resolve("dev")));
        Path other = Files.createDirectories(folder.resolve("elsewhere").resolve("data"));
        Files.move(data, other.resolve(data.getFileName()));
        assertBadInput(reproduce("--model", model), "train.tsv is missing", "SHA256");
        assertIdentical(reproduce("--model", model, "--data-root", folder.resolve("elsewhere")));
        assertIdentical(reproduce("--model", model, "--data-root", other));

        Path moved = Files.createDirectories(folder.resolve("models")).resolve("tiny");
        Files.move(backbone, moved);
        assertBadInput(reproduce("--model", model, "--data-root", other), "backbone is missing", "tiny", "SHA-256");
        assertIdentical(reproduce("--model", model, "--data-root", other, "--backbone-root", moved.getParent()));
        assertIdentical(reproduce("--model", model, "--data-root", other, "--backbone-root", moved));
    }

    private void assertRefused(Path file, int position, String... parts) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[] changed = bytes.clone();
        changed[position < 0 ? changed.length + position : position] ^= 1;
        Files.write(file, changed);
        Outcome outcome = reproduce("--model", model);
        assertBadInput(outcome, parts);
        assertThat(outcome.err()).doesNotContain(TRAINING).containsPattern("[0-9a-f]{64}.*[0-9a-f]{64}");
        Files.write(file, bytes);
    }

    @Test
    void changedBytesAreRefused() throws IOException {
        Path data = train(Task.CLASSIFICATION, "--method", "lora");
        assertRefused(data, -2, "data file has changed", "train.tsv");
        assertRefused(backbone.resolve("model.safetensors"), -1, "tiny", "weights has SHA-256");
        assertRefused(backbone.resolve("tokenizer.json"), -3, "tiny", "tokenizer has SHA-256");
        assertIdentical(reproduce("--model", model));
    }

    @Test
    void cellsOfComparisons() throws IOException {
        Path texts = data(Task.CLASSIFICATION, folder.resolve("data"));
        Path report = folder.resolve("report");
        List<Object> compare = List.of("compare", "--train", texts, "--test", texts, "--backbone", backbone);
        List<Object> arguments = new ArrayList<>(compare);
        arguments.addAll(List.of("--methods", "lora,tribuo-linear", "--seeds", 2, "--train-sizes", "12,all"));
        arguments.addAll(List.of("--epochs", 1, "--report", report));
        assertSuccess(run(arguments.toArray()));
        try (Stream<Path> files = Files.list(report.resolve("cells"))) {
            List<Path> records = files.filter(file -> file.toString().endsWith(".provenance.json"))
                    .toList();
            assertThat(records).hasSize(4);
            for (Path record : records) {
                assertIdentical(reproduce("--provenance", record));
            }
        }
    }

    @Test
    void taggersOfComparisonsOnSamples() throws IOException {
        Path words = data(Task.NER, folder.resolve("data"));
        Path report = folder.resolve("report");
        List<Object> arguments = new ArrayList<>(List.of("compare", "--task", "ner", "--train", words));
        arguments.addAll(List.of("--test", words, "--dev", words, "--backbone", backbone, "--methods", "bitfit"));
        arguments.addAll(List.of("--seeds", 1, "--train-sizes", 8, "--epochs", 1, "--report", report));
        assertSuccess(run(arguments.toArray()));
        try (Stream<Path> files = Files.list(report.resolve("cells"))) {
            Path record = files.filter(file -> file.toString().endsWith(".provenance.json"))
                    .findFirst()
                    .orElseThrow();
            assertIdentical(reproduce("--provenance", record));
        }
    }

    @Test
    void modelsThatStartedFromAnotherModel() throws IOException {
        train(Task.CLASSIFICATION, "--method", "lora", "--set", "training.keepState=true");
        Path start = Files.move(model, folder.resolve("start.tribuo"));
        train(Task.CLASSIFICATION, "--method", "lora", "--start", start);
        assertIdentical(reproduce("--model", model));
        Path moved = Files.createDirectories(folder.resolve("elsewhere")).resolve("start.tribuo");
        Files.move(start, moved);
        assertBadInput(reproduce("--model", model), "checkpoint", "start.tribuo", "is missing");
        assertIdentical(reproduce("--model", model, "--data-root", moved.getParent()));
        Files.write(moved, new byte[] {1}, StandardOpenOption.APPEND);
        assertBadInput(
                reproduce("--model", model, "--data-root", moved.getParent()),
                "checkpoint has changed",
                "start.tribuo");
    }

    @Test
    void anotherModelIsDifferent() throws IOException {
        train(Task.CLASSIFICATION, "--method", "lora", "--seed", 1);
        Path first = Files.copy(provenance, folder.resolve("first.json"));
        train(Task.CLASSIFICATION, "--method", "lora", "--seed", 2);
        Outcome outcome = reproduce("--model", model, "--provenance", first);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.out()).startsWith("DIFFERENT: ").contains("merged or changed later");
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertThat(result.get("verdict").asText()).isEqualTo("DIFFERENT");
        assertThat(result.get("maxParameterDifference").asDouble()).isPositive();
    }

    /** A model whose values differ in the last digits is equivalent, or different with a smaller tolerance. */
    @Test
    void almostTheSameModelIsEquivalent() throws IOException {
        train(Task.CLASSIFICATION, "--method", "lora");
        Path rounded = folder.resolve("rounded.tribuo");
        try (PeftModel<Label> original = PeftModel.load(model).castModel(Label.class)) {
            ModelState<Label> state = original.state();
            Map<String, Tensor> head = new HashMap<>(state.headTensors());
            head.replaceAll((name, tensor) -> tensor.map(value -> value * (1 + 1e-5)));
            ModelState<Label> changed = new ModelState<>(
                    state.method(),
                    state.backbone(),
                    state.adapter(),
                    state.head(),
                    head,
                    state.pooling(),
                    state.maxLength(),
                    state.precision(),
                    state.device(),
                    state.trainingState());
            try (PeftModel<Label> copy = PeftModel.of(original.getProvenance(), original.getOutputIDInfo(), changed)) {
                copy.serializeToFile(rounded);
            }
        }
        Outcome equivalent = reproduce("--model", rounded);
        assertSuccess(equivalent);
        assertThat(equivalent.out())
                .startsWith("EQUIVALENT: ")
                .contains("tolerance 0.00100", "merged or changed later");
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertThat(result.get("verdict").asText()).isEqualTo("EQUIVALENT");
        assertThat(result.get("predictionAgreement").asDouble()).isEqualTo(1);
        assertThat(result.get("maxRelativeDifference").asDouble()).isBetween(5e-6, 2e-5);
        Outcome different = reproduce("--model", rounded, "--tolerance", 1e-6);
        assertThat(different.code()).isEqualTo(1);
        assertThat(different.out()).startsWith("DIFFERENT: ");
    }

    @Test
    void theNewModelIsWritten() throws IOException {
        train(Task.CLASSIFICATION, "--method", "prompt-tuning");
        Path again = folder.resolve("again.tribuo");
        assertIdentical(reproduce("--provenance", provenance, "--output", again));
        assertIdentical(reproduce("--model", again));
    }

    @Test
    void importedAdaptersHaveNoRecord() throws IOException {
        train(Task.CLASSIFICATION, "--method", "lora");
        Path adapter = folder.resolve("adapter");
        assertSuccess(run("export", "--model", model, "--to", adapter));
        Path imported = folder.resolve("imported.tribuo");
        assertSuccess(run("import", "--from", adapter, "--backbone", backbone, "--output", imported));
        assertBadInput(reproduce("--model", imported), "cannot be reproduced", "Imported adapters");
    }

    @Test
    void provenanceFilesAreData() throws IOException {
        train(Task.CLASSIFICATION, "--method", "lora");
        String record = Files.readString(provenance);
        assertForged(
                record.replace("io.github.tribuopeft.data.TextFileProvenance", "java.lang.ProcessBuilder"),
                "java.lang.ProcessBuilder");
        assertForged(
                record.replace("io.github.tribuopeft.data.TextFileSource", "org.tribuo.data.sql.SQLDataSource"),
                "SQLDataSource",
                "not among the allowed classes");
        assertForged(
                record.replace("io.github.tribuopeft.method.LoRA", "org.tribuo.classification.sgd.crf.CRFTrainer"),
                "CRFTrainer",
                "not among the allowed classes");
        assertForged(record.substring(0, record.length() / 2), "is not a provenance in JSON");
        assertForged("[]", "cannot be read as a provenance");
        assertForged("{\"a\": 1}", "is not a provenance in JSON");
    }

    private void assertForged(String record, String... parts) throws IOException {
        Files.writeString(provenance, record);
        Outcome outcome = reproduce("--provenance", provenance);
        assertBadInput(outcome, parts);
        assertThat(outcome.err()).doesNotContain(TRAINING);
    }

    @Test
    void badUsage() throws IOException {
        assertBadInput(reproduce(), "--model", "--provenance");
        assertBadInput(reproduce("--model", folder.resolve("none")), "--model", "none");
        assertBadInput(reproduce("--provenance", folder.resolve("none")), "--provenance", "none");
        assertBadInput(reproduce("--model", model, "--data-root", folder.resolve("none")), "--data-root", "none");
    }
}
