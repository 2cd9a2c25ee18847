package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.ResultFile;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every earlier version are read, and give the same tensors to the bit and the same predictions up to the
 * rounding of another processor. A folder below {@code versions} contains the files that one version wrote: models of
 * all tasks and methods, one with its training state, their cards, attestations, bills of materials and provenances, an
 * adapter directory, and a comparison with its cells. A kind of file that is new gets its line in {@link #write} and a
 * test below, for which folders without it are skipped. Checkpoints of training runs have a test of their own in the
 * module that writes them.
 *
 * <p>The folder of a version is written once, by
 *
 * <pre>mvn -B test -Pfixtures -Dfixtures.version=NAME -pl integrations/cli -am</pre>
 */
class VersionedFilesTest {

    private static final Path VERSIONS = Path.of("src/test/resources/io/github/tribuopeft/cli/versions");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "model.tribuo";
    private static final String TENSORS = "tensors.json";
    private static final String PROVENANCE = ".provenance.json";
    private static final String PREDICTIONS = "predictions.jsonl";
    private static final double TOLERANCE = 1e-5;

    private static final Map<String, String> DATA = Map.of(
            "classification",
                    "label\ttext\ngood\ta fine film\nbad\tan awful song\ngood\ta great book\nbad\ta poor plot\n",
            "multi-label", "label\ttext\ngood,short\ta fine film\nbad\tan awful song\ngood\ta great book\n",
            "regression", "label\ttext\n1.5\ta fine film\n0.25\tan awful song\n2\ta great book\n",
            "ner", "the\tO\ncity\tB-PLACE\n\na\tO\nriver\tB-PLACE\n\nthe\tO\nfilm\tO\n");

    @TempDir
    private Path folder;

    static Stream<Path> versions() throws IOException {
        try (Stream<Path> folders = Files.list(VERSIONS)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    /** Returns the folders of models in the folders of all versions. */
    static Stream<Path> models() throws IOException {
        List<Path> models = new ArrayList<>();
        for (Path version : versions().toList()) {
            try (Stream<Path> files = Files.walk(version)) {
                files.filter(file -> file.getFileName().toString().equals(MODEL))
                        .sorted()
                        .forEach(file -> models.add(file.getParent()));
            }
        }
        return models.stream();
    }

    /**
     * Returns a copy of a version's backbone. Commands register backbones for the process; this one is gone after the
     * test, so that other tests with the same weights do not find it.
     */
    private Path backbone(Path version) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("backbone"));
        try (Stream<Path> files = Files.list(version.resolve("backbone"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    @Test
    void thereAreFilesOfSomeVersion() throws IOException {
        assertThat(models()).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("models")
    void tensorsAreTheSameToTheBit(Path directory) throws IOException {
        assertThat(tensors(directory.resolve(MODEL)))
                .isEqualTo(JSON.readTree(directory.resolve(TENSORS).toFile()));
    }

    /** Returns the tensors of a model: shape and big-endian float32 values in hex, by name. */
    private static JsonNode tensors(Path file) throws IOException {
        try (AdaptedModel model = AdaptedModel.load(file)) {
            Map<String, Tensor> tensors = new TreeMap<>(model.adapter());
            model.state().headTensors().forEach((name, tensor) -> tensors.put("head." + name, tensor));
            Map<String, Object> contents = new LinkedHashMap<>();
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes);
                for (float value : entry.getValue().values()) {
                    out.writeFloat(value);
                }
                contents.put(
                        entry.getKey() + entry.getValue().shape(),
                        HexFormat.of().formatHex(bytes.toByteArray()));
            }
            return JSON.valueToTree(contents);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void predictionsAreTheSame(Path directory) throws IOException {
        Path found = folder.resolve(PREDICTIONS);
        assertSuccess(predict(directory, backbone(directory.getParent()), found));
        List<String> expected = Files.readAllLines(directory.resolve(PREDICTIONS));
        List<String> lines = Files.readAllLines(found);
        assertThat(lines).hasSameSizeAs(expected);
        for (int i = 0; i < lines.size(); i++) {
            assertSimilar(JSON.readTree(expected.get(i)), JSON.readTree(lines.get(i)));
        }
    }

    private static void assertSimilar(JsonNode expected, JsonNode found) {
        if (expected.isNumber()) {
            assertThat(found.doubleValue()).isCloseTo(expected.doubleValue(), within(TOLERANCE));
        } else if (expected.isContainerNode()) {
            assertThat(found).hasSameSizeAs(expected);
            if (expected.isArray()) {
                for (int i = 0; i < expected.size(); i++) {
                    assertSimilar(expected.get(i), found.get(i));
                }
            } else {
                expected.properties().forEach(entry -> assertSimilar(entry.getValue(), found.path(entry.getKey())));
            }
        } else {
            assertThat(found).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void attestationsVerify(Path directory) throws IOException {
        if (!Files.exists(directory.resolve(MODEL + ".intoto.jsonl"))) {
            return;
        }
        Outcome outcome = run(
                "verify",
                "--model",
                directory.resolve(MODEL),
                "--data-root",
                directory,
                "--backbone",
                backbone(directory.getParent()),
                "--require-files");
        assertSuccess(outcome);
        assertThat(outcome.out()).contains("OK: ").doesNotContain("missing  ", "differs");
    }

    /** Returns the folders of models whose version wrote provenances. */
    static Stream<Path> provenances() throws IOException {
        return models().filter(directory -> Files.exists(directory.resolve(MODEL + PROVENANCE)));
    }

    @ParameterizedTest
    @MethodSource("provenances")
    void provenancesAreRead(Path directory) throws IOException {
        Path file = directory.resolve(MODEL + PROVENANCE);
        try (AdaptedModel model = AdaptedModel.load(directory.resolve(MODEL))) {
            assertThat(ProvenanceFile.read(file)).isEqualTo(model.getProvenance());
        }
    }

    /** The provenance of each cell is next to it. */
    @ParameterizedTest
    @MethodSource("versions")
    void provenancesOfCellsAreRead(Path version) throws IOException {
        try (Stream<Path> files = Files.list(version.resolve("comparison/cells"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(PROVENANCE)).toList()) {
                assertThat(ProvenanceFile.read(file).getClassName()).isEqualTo(PeftModel.class.getName());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void cardsAreRead(Path directory) throws IOException {
        Path file = directory.resolve(MODEL + ".card.json");
        ModelCard card = ModelCard.read(file);
        Path written = folder.resolve("card.json");
        card.write(written);
        assertThat(JSON.readTree(written.toFile())).isEqualTo(JSON.readTree(file.toFile()));
        assertThat(card.toJson().at("/PeftDetails/method").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void trainingResumesFromState(Path version) throws IOException {
        Path state = version.resolve("state");
        Outcome outcome = run(
                "train",
                "--train",
                state.resolve("train.tsv"),
                "--backbone",
                backbone(version),
                "--method",
                "prefix-tuning",
                "--virtual-tokens",
                2,
                "--epochs",
                1,
                "--start",
                state.resolve(MODEL),
                "--output",
                folder.resolve("resumed.tribuo"));
        assertSuccess(outcome);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void adaptersAreImported(Path version) throws IOException {
        Path adapter = version.resolve("adapter");
        Path imported = folder.resolve(MODEL);
        assertSuccess(run("import", "--from", adapter, "--backbone", backbone(version), "--output", imported));
        assertThat(tensors(imported)).isEqualTo(tensors(version.resolve("lora").resolve(MODEL)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void comparisonsAreRead(Path version) throws IOException {
        Path results = version.resolve("comparison/results.json");
        ComparisonResult read = ResultFile.read(results);
        assertThat(read.cells()).hasSize(2);
        Path written = folder.resolve("results.json");
        ResultFile.write(written, read);
        assertThat(JSON.readTree(written.toFile())).isEqualTo(JSON.readTree(results.toFile()));
    }

    /** A newer model, tagger, card, comparison and provenance are refused with the reason. */
    @ParameterizedTest
    @MethodSource("versions")
    void newerFilesAreRefusedByName(Path version) throws IOException {
        for (String kind : List.of("classification", "ner", "multi-label", "regression")) {
            byte[] bytes = Files.readAllBytes(version.resolve(kind).resolve(MODEL));
            byte[] newer = new byte[bytes.length + 2];
            newer[0] = 8; // field 1, a varint: Tribuo's version of the format
            newer[1] = 99;
            System.arraycopy(bytes, 0, newer, 2, bytes.length);
            Path file = Files.write(folder.resolve(kind + ".tribuo"), newer);
            Outcome outcome = run("predict", "--model", file, "--text", "a film");
            PeftTest.assertBadInput(
                    outcome, file.toString(), "was written by a newer version of this library", "format version 99");
        }
        Path card = Files.writeString(
                folder.resolve("card.json"),
                Files.readString(version.resolve("ner").resolve(MODEL + ".card.json"))
                        .replace("\"schema-version\" : \"1.0\"", "\"schema-version\" : \"2.0\""));
        assertThatThrownBy(() -> ModelCard.read(card))
                .hasMessageStartingWith(card + " was written by a newer version of this library");
        Path results = Files.writeString(
                folder.resolve("results.json"),
                Files.readString(version.resolve("comparison/results.json"))
                        .replaceFirst("\\{", "{\"formatVersion\":1,"));
        assertThatThrownBy(() -> ResultFile.read(results))
                .hasMessageStartingWith(results + " was written by a newer version of this library");
        Path provenance = version.resolve("ner").resolve(MODEL + PROVENANCE);
        if (Files.exists(provenance)) {
            assertNewerProvenanceIsRefused(provenance);
        }
    }

    /** A provenance has no version of its own: it names a class that this version does not know. */
    private void assertNewerProvenanceIsRefused(Path provenance) throws IOException {
        Path newer = Files.writeString(
                folder.resolve("newer.json"),
                Files.readString(provenance)
                        .replaceAll("(\"key\" : \"tribuo-peft-version\",\\s*\"value\" : )\"[^\"]*\"", "$1\"99.1.0\"")
                        .replace(
                                "io.github.tribuopeft.PeftTrainerProvenance", "io.github.tribuopeft.FutureProvenance"));
        PeftTest.assertBadInput(
                run("reproduce", "--provenance", newer),
                newer + " was written by a newer version of this library, 99.1.0; this is ",
                "FutureProvenance");
    }

    private static Outcome predict(Path directory, Path backbone, Path output) throws IOException {
        Path data;
        try (Stream<Path> files = Files.list(directory)) {
            data = files.filter(file -> file.getFileName().toString().matches("train\\.(tsv|conll)"))
                    .findFirst()
                    .orElseThrow();
        }
        List<Object> arguments = new ArrayList<>(
                List.of("predict", "--model", directory.resolve(MODEL), "--backbone", backbone, "--output", output));
        if (data.toString().endsWith(".conll")) {
            arguments.addAll(List.of("--text", "the city film", "--text", "a river"));
        } else {
            arguments.addAll(List.of("--input", data));
        }
        return run(arguments.toArray());
    }

    private static void assertSuccess(Outcome outcome) {
        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
    }

    /** Writes the files of the present version; see the class. */
    @Test
    @Tag("fixtures")
    void write() throws IOException {
        Path version = VERSIONS.resolve(System.getProperty("fixtures.version"));
        assertThat(version).as("files of a version are written once").doesNotExist();
        // part of attestations, and of no use here
        System.setProperty("os.version", "any");
        // part of each model's provenance; says nothing about the machine
        Path work = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir"), "tribuo-peft-fixtures"));
        try {
            Path backbone = TinyBertDirectory.write(work.resolve("backbone"));
            for (String task : new TreeMap<>(DATA).keySet()) {
                train(
                        work.resolve(task),
                        backbone,
                        task,
                        "--method",
                        "prefix-tuning",
                        "--virtual-tokens",
                        2,
                        "--attest",
                        "--provenance",
                        work.resolve(task).resolve(MODEL + PROVENANCE));
            }
            for (String method : PeftMethods.names()) {
                if (!method.equals("full")) {
                    train(work.resolve(method), backbone, "classification", "--method", method);
                }
            }
            train(
                    work.resolve("state"),
                    backbone,
                    "classification",
                    "--method",
                    "prefix-tuning",
                    "--virtual-tokens",
                    2,
                    "--set",
                    "training.keepState=true");
            assertSuccess(
                    run("export", "--model", work.resolve("lora").resolve(MODEL), "--to", work.resolve("adapter")));
            Path data = work.resolve("classification").resolve("train.tsv");
            assertSuccess(run(
                    "compare",
                    "--train",
                    data,
                    "--dev",
                    data,
                    "--test",
                    data,
                    "--methods",
                    "linear-probe,bitfit",
                    "--seeds",
                    1,
                    "--backbone",
                    backbone,
                    "--epochs",
                    1,
                    "--report",
                    work.resolve("comparison")));
            Files.delete(work.resolve("comparison/report.html"));
            Files.delete(work.resolve("comparison/report.md"));
            copy(work, version);
        } finally {
            delete(work);
        }
    }

    private static void train(Path directory, Path backbone, String task, Object... more) throws IOException {
        Files.createDirectories(directory);
        Path data =
                Files.writeString(directory.resolve(task.equals("ner") ? "train.conll" : "train.tsv"), DATA.get(task));
        List<Object> arguments = new ArrayList<>(List.of(
                "train",
                "--task",
                task,
                "--train",
                data,
                "--dev",
                data,
                "--backbone",
                backbone,
                "--epochs",
                2,
                "--output",
                directory.resolve(MODEL)));
        arguments.addAll(List.of(more));
        assertSuccess(run(arguments.toArray()));
        assertSuccess(predict(directory, backbone, directory.resolve(PREDICTIONS)));
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve(TENSORS).toFile(), tensors(directory.resolve(MODEL)));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
