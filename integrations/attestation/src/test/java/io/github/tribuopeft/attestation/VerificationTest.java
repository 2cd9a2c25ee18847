package io.github.tribuopeft.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.attestation.Check.Status;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attestations of a tiny model, and their verification. */
class VerificationTest {

    /** Number of positions at which a byte of each file is changed. */
    private static final int FLIPS = 40;

    @TempDir
    private Path folder;

    private SigningKey key;
    private AttestedModel attested;

    @BeforeEach
    void attest() throws IOException {
        key = Keys.rfc8032(folder);
        attested = AttestedModel.in(folder, Optional.of(key));
    }

    @Test
    void soundFiles() throws IOException {
        Verification verification = attested.verify(Optional.of(key.publicKey()));
        assertThat(verification.checks()).extracting(Check::status).containsOnly(Status.MATCHES);
        assertThat(verification.checks())
                .extracting(Check::subject)
                .contains(
                        "model " + attested.model(),
                        "training data " + attested.train(),
                        "development data " + attested.development(),
                        "backbone tiny-bert-1, weights");
    }

    @Test
    void statementHasSubjectsInputsAndEnvironment() throws IOException {
        Envelope envelope = Envelope.parse(Files.readAllBytes(attested.files().envelope()), "file");
        assertThat(envelope.payloadType()).isEqualTo("application/vnd.in-toto+json");
        ObjectNode json = StrictJson.parse(envelope.payload(), "statement");
        assertThat(json.at("/subject/0/name").asText()).isEqualTo("model.tribuo");
        assertThat(json.at("/subject/0/digest/sha256").asText()).isEqualTo(sha256(attested.model()));
        assertThat(json.at("/subject/1/digest/sha256").asText())
                .isEqualTo(sha256(attested.files().bom()));
        assertThat(json.at("/predicate/buildDefinition/resolvedDependencies").findValuesAsText("name"))
                .contains(
                        "training-data",
                        "development-data",
                        "backbone-configuration",
                        "backbone-weights",
                        "backbone-tokenizer",
                        "tribuo-peft");
        assertThat(json.at("/predicate/buildDefinition/resolvedDependencies/0/digest/sha256")
                        .asText())
                .isEqualTo(sha256(attested.train()));
        ObjectNode environment = (ObjectNode) json.at("/predicate/buildDefinition/internalParameters/environment");
        for (String fact : List.of("java", "os", "arch", "tribuo", "tribuoPeft", "djl", "libtorch", "threads")) {
            assertThat(environment.hasNonNull(fact)).as(fact).isTrue();
        }
        assertThat(json.at("/predicate/buildDefinition/externalParameters/trainer/options/epochs")
                        .asText())
                .isEqualTo("1");
    }

    @Test
    void billOfMaterialsHasCardDataAndAncestor() throws IOException {
        ObjectNode bom = StrictJson.parse(Files.readAllBytes(attested.files().bom()), "bom");
        assertThat(bom.path("specVersion").asText()).isEqualTo("1.7");
        assertThat(bom.at("/metadata/component/type").asText()).isEqualTo("machine-learning-model");
        assertThat(bom.at("/metadata/component/modelCard/modelParameters/task").asText())
                .isEqualTo("classification");
        assertThat(bom.at("/metadata/component/hashes/0/content").asText()).isEqualTo(sha256(attested.model()));
        assertThat(bom.at("/metadata/component/pedigree/ancestors/0/hashes/0/content")
                        .asText())
                .isEqualTo(new TinyBert().fingerprint().weights());
        assertThat(bom.at("/components/1/type").asText()).isEqualTo("data");
        assertThat(bom.at("/components/1/hashes/0/content").asText()).isEqualTo(sha256(attested.train()));
        assertThat(BomSchema.of(Files.readAllBytes(attested.files().bom()), "bom")
                        .firstError())
                .isEmpty();
    }

    @Test
    void anotherBillOfMaterialsIsInvalid() throws IOException {
        String bom = Files.readString(attested.files().bom()).replace("\"machine-learning-model\"", "\"robot\"");
        assertThat(BomSchema.of(bom.getBytes(StandardCharsets.UTF_8), "bom").firstError())
                .hasValueSatisfying(error -> assertThat(error).contains("does not have a value in the enumeration"));
    }

    /** Earlier versions of this library wrote CycloneDX 1.6, which the CycloneDX library validates itself. */
    @Test
    void billOfMaterialsIsValidInBothVersions() throws Exception {
        ObjectNode bom = StrictJson.parse(Files.readAllBytes(attested.files().bom()), "bom");
        bom.put("specVersion", "1.6");
        assertThat(new JsonParser().validate(bom, Version.VERSION_16)).isEmpty();
        assertThat(BomSchema.of(StrictJson.write(bom), "bom").firstError()).isEmpty();
    }

    /** A property that only the schema of 1.7 has. */
    @Test
    void validatesAgainstTheSchemaOfItsVersion() throws IOException {
        ObjectNode bom = StrictJson.parse(Files.readAllBytes(attested.files().bom()), "bom");
        bom.withObject("/metadata/distributionConstraints").put("tlp", "GREEN");
        assertThat(BomSchema.of(StrictJson.write(bom), "bom").firstError()).isEmpty();
        bom.put("specVersion", "1.6");
        assertThat(BomSchema.of(StrictJson.write(bom), "bom").firstError())
                .hasValueSatisfying(error -> assertThat(error).contains("distributionConstraints"));
    }

    /** A changed byte at random positions, the first and the last, in every file. */
    @ParameterizedTest
    @ValueSource(
            strings = {"model.tribuo", "model.tribuo.intoto.jsonl", "model.tribuo.cdx.json", "train.tsv", "dev.tsv"})
    void aFlippedByteIsFound(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < FLIPS; i++) {
            int position = i == 0 ? 0 : i == 1 ? bytes.length - 1 : random.nextInt(bytes.length);
            byte[] changed = bytes.clone();
            changed[position] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            assertThat(isSound()).as("byte %d of %s", position, name).isFalse();
        }
        Files.write(file, bytes);
        assertThat(isSound()).isTrue();
    }

    private boolean isSound() {
        try {
            return attested.verify(Optional.of(key.publicKey()))
                    .with(Status.DIFFERS)
                    .isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void changedDataIsNamedWithBothHashes() throws IOException {
        String expected = sha256(attested.train());
        Files.writeString(attested.train(), "label\ttext\ngood\tanother film\n");
        assertThat(attested.verify(Optional.empty()).with(Status.DIFFERS))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.subject()).isEqualTo("training data " + attested.train());
                    assertThat(check.expected()).contains(expected);
                    assertThat(check.found()).contains(sha256(attested.train()));
                });
    }

    @Test
    void movedAndMissingData() throws IOException {
        Path moved = Files.createDirectories(folder.resolve("moved").resolve("data"));
        Files.move(attested.train(), moved.resolve("train.tsv"));
        assertThat(attested.verify(Optional.empty()).with(Status.MISSING))
                .singleElement()
                .satisfies(check -> assertThat(check.subject()).isEqualTo("training data " + attested.train()));
        assertThat(attested.verify(moved).with(Status.MISSING)).singleElement().satisfies(check -> assertThat(
                        check.subject())
                .isEqualTo("development data " + attested.development()));
        assertThat(attested.verify(moved).checks())
                .extracting(Check::subject)
                .contains("training data " + moved.resolve("train.tsv"));
    }

    @Test
    void anotherKey() throws IOException {
        VerificationKey other = Keys.other(folder).publicKey();
        assertThat(attested.verify(Optional.of(other)).with(Status.DIFFERS))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.expected()).contains("key " + other.id());
                    assertThat(check.found()).contains("key " + key.publicKey().id());
                });
    }

    @Test
    void unsigned() throws IOException {
        AttestedModel.in(folder, Optional.empty());
        assertThat(attested.verify(Optional.empty()).with(Status.NOT_CHECKED))
                .singleElement()
                .satisfies(check -> assertThat(check.note()).contains("it is not signed"));
        assertThat(attested.verify(Optional.of(key.publicKey())).with(Status.DIFFERS))
                .singleElement()
                .satisfies(check -> assertThat(check.found()).contains("no signature"));
    }

    /** Without a key, the statement's own checksum and the model's provenance detect changes. */
    @ParameterizedTest
    @CsvSource({"/predicate/runDetails/builder, id", "/predicate/buildDefinition/externalParameters, method"})
    void changedStatementWithoutKey(String object, String field) throws IOException {
        rewrite(statement -> statement.withObject(object).put(field, "changed"), false);
        assertThat(attested.verify(Optional.empty()).with(Status.DIFFERS))
                .singleElement()
                .satisfies(check -> assertThat(check.subject()).startsWith("statement in"));
    }

    @Test
    void statementOfOtherData() throws IOException {
        rewrite(
                statement -> ((ObjectNode) statement.at("/predicate/buildDefinition/resolvedDependencies/0/digest"))
                        .put("sha256", "0".repeat(64)),
                true);
        assertThat(attested.verify(Optional.empty()).with(Status.DIFFERS))
                .extracting(Check::subject)
                .containsExactly(
                        "training data in " + attested.files().bom(),
                        "training data in the statement and in the model's provenance");
    }

    /** Replaces the statement in the envelope, with a valid checksum if asked for, without a signature. */
    private void rewrite(Consumer<ObjectNode> change, boolean sealed) throws IOException {
        Path file = attested.files().envelope();
        ObjectNode statement = StrictJson.parse(
                Envelope.parse(Files.readAllBytes(file), "file").payload(), "statement");
        change.accept(statement);
        if (sealed) {
            ObjectNode metadata = statement.withObject("/predicate/runDetails/metadata");
            metadata.remove("invocationId");
            metadata.put("invocationId", "sha256:" + Fingerprint.sha256(StrictJson.write(statement)));
        }
        Files.write(
                file,
                Envelope.of(Envelope.IN_TOTO, StrictJson.write(statement), Optional.empty())
                        .toJson());
    }

    @ParameterizedTest
    @CsvSource({
        "'', _type, https://in-toto.io/Statement/v2, statement type",
        "'', predicateType, https://slsa.dev/provenance/v1.2, predicate type",
        "/predicate/buildDefinition, buildType, "
                + "https://github.com/tribuopeft/tribuo-peft/blob/main/docs/attestation.md#training-v2, build type",
    })
    void newerStatement(String object, String field, String value, String kind) throws IOException {
        rewrite(statement -> (object.isEmpty() ? statement : statement.withObject(object)).put(field, value), false);
        assertThatThrownBy(() -> attested.verify(Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(attested.files().envelope()
                        + " was written by a newer version of this library: its " + kind + " is '" + value + "'");
    }

    @Test
    void newerBillOfMaterials() throws IOException {
        byte[] bom = Files.readString(attested.files().bom())
                .replace("\"specVersion\" : \"1.7\"", "\"specVersion\" : \"1.10\"")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BomSchema.of(bom, "bom"))
                .hasMessage("bom was written by a newer version of this library: its version is '1.10';"
                        + " expected 1.7 or 1.6");
        byte[] older =
                new String(bom, StandardCharsets.UTF_8).replace("1.10", "1.4").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BomSchema.of(older, "bom"))
                .hasMessage(
                        "bom is not a bill of materials of this library: its version is '1.4'; expected 1.7 or 1.6");
    }

    @Test
    void statementThatIsNotJson() throws IOException {
        Path file = attested.files().envelope();
        byte[] payload = "{!}".getBytes(StandardCharsets.UTF_8);
        Files.write(
                file, Envelope.of(Envelope.IN_TOTO, payload, Optional.of(key)).toJson());
        assertThatThrownBy(() -> attested.verify(Optional.of(key.publicKey())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("The statement in " + file + " is not JSON: ");
    }

    @Test
    void missingAttestation() throws IOException {
        Files.delete(attested.files().bom());
        assertThatThrownBy(() -> attested.verify(Optional.empty()))
                .hasMessage("There is no file " + attested.files().bom());
    }

    private static String sha256(Path file) throws IOException {
        return Fingerprint.sha256(Files.newInputStream(file));
    }
}
