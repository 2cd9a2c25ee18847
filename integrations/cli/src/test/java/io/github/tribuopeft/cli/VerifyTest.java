package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands {@code train --attest} and {@code verify}. */
class VerifyTest {

    /** The key of the first test of RFC 8032 in PKCS#8 and SubjectPublicKeyInfo (RFC 8410). */
    static final String PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\n"
            + "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    static final String PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\n"
            + "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";

    @TempDir
    private Path folder;

    private Workspace files;
    private Path publicKey;

    @BeforeEach
    void train() throws IOException {
        files = Workspace.in(folder);
        publicKey = Files.writeString(folder.resolve("public.pem"), PUBLIC_KEY);
        Path key = Files.writeString(folder.resolve("key.pem"), PRIVATE_KEY);
        Outcome trained = files.train("--output", files.model(), "--attest", "--attest-key", key);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("Wrote " + files.model() + ".intoto.jsonl: a statement signed with key ");
    }

    private Outcome verify(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("verify", "--model", files.model()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    @Test
    void soundModel() throws IOException {
        Path json = folder.resolve("checks.json");
        Outcome outcome = verify("--key", publicKey, "--json", json);
        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("matches      signature of", "matches      training data " + files.train(), "OK: 13 of 13");
        JsonNode document = new ObjectMapper().readTree(json.toFile());
        assertThat(document.get("verified").asBoolean()).isTrue();
        assertThat(document.get("checks").findValuesAsText("status"))
                .hasSize(13)
                .containsOnly("matches");
    }

    @Test
    void withoutKeyTheSignatureIsNotChecked() {
        Outcome outcome = verify();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("not checked  signature of " + files.model() + ".intoto.jsonl: no public key");
    }

    @Test
    void cardLinksToTheFiles() throws IOException {
        JsonNode card = new ObjectMapper().readTree(files.card().toFile());
        assertThat(card.at("/AttestationDetails/statement/file").asText()).isEqualTo("model.tribuo.intoto.jsonl");
        assertThat(card.at("/AttestationDetails/bill-of-materials/file").asText())
                .isEqualTo("model.tribuo.cdx.json");
        assertThat(files.evaluate("--card", files.card()).code()).isZero();
        assertThat(new ObjectMapper().readTree(files.card().toFile()).path("AttestationDetails"))
                .isEqualTo(card.path("AttestationDetails"));
        assertThat(verify().code()).isZero();
    }

    @Test
    void changedData() throws IOException {
        Files.writeString(files.train(), "label\ttext\ngood\ta film\n");
        Outcome outcome = verify();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .containsPattern("differs      training data \\Q" + files.train()
                        + "\\E: expected [0-9a-f]{64}, found [0-9a-f]{64}")
                .contains("FAILED: ");
    }

    @Test
    void changedBackbone() throws IOException {
        Path config = files.backbone().resolve("config.json");
        Files.writeString(config, Files.readString(config) + " ");
        Outcome outcome = verify();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains(
                        "differs      backbone tiny, configuration: expected ", "matches      backbone tiny, weights");
    }

    @Test
    void changedModel() throws IOException {
        byte[] bytes = Files.readAllBytes(files.model());
        bytes[bytes.length / 2]++;
        Files.write(files.model(), bytes);
        Outcome outcome = verify();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("differs      model " + files.model() + ": expected ")
                .contains("differs      content of " + files.model() + ": ");
    }

    @Test
    void missingFiles() throws IOException {
        Path moved = Files.createDirectories(folder.resolve("moved"));
        Files.move(files.train(), moved.resolve("train.tsv"));
        Files.move(files.backbone(), moved.resolve("tiny"));
        Outcome missing = verify();
        assertThat(missing.code()).as(missing.out()).isZero();
        assertThat(missing.out()).contains("missing      training data ", "missing      backbone tiny");
        assertThat(verify("--require-files").code()).isEqualTo(1);
        Outcome found = verify("--require-files", "--data-root", moved, "--backbone", moved.resolve("tiny"));
        assertThat(found.code()).as(found.out()).isZero();
    }

    @Test
    void unreadableInputs() throws IOException {
        assertBadInput(verify("--key", files.train()), "train.tsv has no PEM block");
        assertBadInput(verify("--key", folder.resolve("key.pem")), "contains 'PRIVATE KEY'");
        assertBadInput(verify("--data-root", folder.resolve("none")), "--data-root: there is no directory");
        assertBadInput(run("verify", "--model", folder.resolve("none")), "--model: there is no file");
        Path envelope = folder.resolve("model.tribuo.intoto.jsonl");
        Files.writeString(envelope, "{");
        assertBadInput(verify(), envelope + " is not JSON");
        Files.delete(envelope);
        assertBadInput(verify(), "There is no file " + envelope);
    }

    @Test
    void keysOfTraining() throws IOException {
        assertBadInput(
                files.train("--output", folder.resolve("other.tribuo"), "--attest-key", folder.resolve("key.pem")),
                "--attest-key: expected --attest as well");
        assertBadInput(
                files.train("--output", folder.resolve("other.tribuo"), "--attest", "--attest-key", publicKey),
                "--attest-key: " + publicKey + " contains 'PUBLIC KEY'");
        assertThat(folder.resolve("other.tribuo")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ner; train.conll; the O|city B-PLACE||a O|river B-PLACE|",
                "multi-label; train.tsv; label text|good,short a|bad b|",
                "regression; train.tsv; label text|1.5 a|0.25 b|",
            })
    void otherTasks(String task, String name, String lines) throws IOException {
        Path data = Files.writeString(
                Files.createDirectories(folder.resolve(task)).resolve(name),
                lines.replace("|", "\n").replace(" ", "\t"));
        Path model = folder.resolve(task + ".tribuo");
        Outcome trained = run(
                "train",
                "--task",
                task,
                "--train",
                data,
                "--dev",
                data,
                "--backbone",
                files.backbone(),
                "--epochs",
                1,
                "--method",
                "linear-probe",
                "--output",
                model,
                "--attest");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("a statement without a signature");
        Outcome verified = run("verify", "--model", model);
        assertThat(verified.code()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("schema of " + model + ".cdx.json: CycloneDX 1.7", "it is not signed");
    }
}
