package io.github.tribuopeft.attestation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.attestation.Material.Role;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.provenance.TrainerProvenance;

/**
 * In-toto statement, version 1, with SLSA provenance, version 1: the model and its bill of materials are the subjects,
 * the inputs of the training are the resolved dependencies. Its {@code invocationId} is the SHA-256 of the statement
 * without it, so that an altered statement is detected without a key. It does not show who made the statement; a
 * signature does.
 */
final class Statement {

    /** Type of a training run by this library: its parameters are those of {@code docs/attestation.md}. */
    static final String BUILD_TYPE =
            "https://github.com/tribuopeft/tribuo-peft/blob/main/docs/attestation.md#training-v1";

    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
    private static final String BUILDER =
            "https://github.com/tribuopeft/tribuo-peft/blob/main/docs/attestation.md#builder";
    private static final String DIGEST = "digest";
    private static final String SHA256 = "sha256";
    private static final String NAME = "name";
    private static final String DEFINITION = "buildDefinition";
    private static final String DETAILS = "runDetails";
    private static final String INVOCATION = "invocationId";
    private static final String CODE = "tribuo-peft";

    private final ObjectNode json;

    private Statement(ObjectNode json) {
        this.json = json;
    }

    /**
     * Creates the statement of a model.
     *
     * @param task name of the task
     * @param subjects SHA-256 of the attested files by name
     */
    static Statement of(AdaptedModel model, String task, Map<String, String> subjects, CodeVersion code) {
        ObjectNode json = StrictJson.object().put("_type", TYPE);
        ArrayNode array = json.putArray("subject");
        subjects.forEach((name, sha256) ->
                array.addObject().put(NAME, name).putObject(DIGEST).put(SHA256, sha256));
        json.put("predicateType", PREDICATE_TYPE);
        ObjectNode predicate = json.putObject("predicate");
        define(predicate.putObject(DEFINITION), model, task, code);
        describeRun(predicate.putObject(DETAILS), model);
        Statement statement = new Statement(json);
        statement.metadata().put(INVOCATION, statement.checksum());
        return statement;
    }

    private static void define(ObjectNode definition, AdaptedModel model, String task, CodeVersion code) {
        Map<String, Object> environment = TrainingEnvironment.of(model);
        TrainerProvenance trainer = model.getProvenance().getTrainerProvenance();
        definition.put("buildType", BUILD_TYPE);
        ObjectNode parameters =
                definition.putObject("externalParameters").put("task", task).put("method", model.method());
        put(parameters, "seed", trainer.getConfiguredParameters().get("seed"));
        put(parameters, "invocationCount", trainer.getInstanceValues().get(TrainerProvenance.TRAIN_INVOCATION_COUNT));
        parameters.set("trainer", StrictJson.tree(ProvenanceUtil.convertToMap(trainer)));
        definition.putObject("internalParameters").set("environment", StrictJson.tree(environment));
        ArrayNode dependencies = definition.putArray("resolvedDependencies");
        for (Material material : Materials.of(model)) {
            ObjectNode dependency =
                    dependencies.addObject().put(NAME, material.role().id());
            material.file()
                    .ifPresent(file -> dependency.put(
                            "uri", file.toAbsolutePath().normalize().toUri().toString()));
            dependency.putObject(DIGEST).put(SHA256, material.sha256());
            dependency.putObject("annotations").put(NAME, material.name());
        }
        addCode(dependencies, environment.get("tribuoPeft"), code);
    }

    private static void put(ObjectNode json, String name, Provenance value) {
        if (value instanceof PrimitiveProvenance<?> primitive) {
            json.set(name, StrictJson.tree(primitive.getValue()));
        }
    }

    private static void addCode(ArrayNode dependencies, Object version, CodeVersion code) {
        ObjectNode dependency = dependencies.addObject().put(NAME, CODE);
        dependency.put("uri", "pkg:maven/io.github.tribuopeft/tribuo-peft@" + version);
        if (code.jar().isPresent() || code.commit().isPresent()) {
            ObjectNode digest = dependency.putObject(DIGEST);
            code.jar().ifPresent(sha256 -> digest.put(SHA256, sha256));
            code.commit().ifPresent(commit -> digest.put("gitCommit", commit));
        }
    }

    private static void describeRun(ObjectNode details, AdaptedModel model) {
        details.putObject("builder").put("id", BUILDER);
        OffsetDateTime finished = model.getProvenance().getTrainingTime();
        details.putObject("metadata")
                .put(
                        "finishedOn",
                        DateTimeFormatter.ISO_INSTANT.format(
                                finished.withOffsetSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)));
    }

    private ObjectNode metadata() {
        return json.withObject("/predicate/" + DETAILS + "/metadata");
    }

    private String checksum() {
        Statement copy = new Statement(json.deepCopy());
        copy.metadata().remove(INVOCATION);
        return SHA256 + ":" + Fingerprint.sha256(StrictJson.write(copy.json));
    }

    /** Returns the statement as JSON. */
    byte[] toJson() {
        return StrictJson.write(json);
    }

    /**
     * Parses a statement.
     *
     * @param origin the file, for messages
     * @throws IOException if the bytes are not a statement of this kind, or one of a newer version
     */
    static Statement parse(byte[] bytes, String origin) throws IOException {
        ObjectNode json = StrictJson.parse(bytes, "The statement in " + origin);
        requireVersion(json.path("_type"), TYPE, "statement", origin);
        requireVersion(json.path("predicateType"), PREDICATE_TYPE, "predicate", origin);
        requireVersion(json.at("/predicate/" + DEFINITION + "/buildType"), BUILD_TYPE, "build", origin);
        if (!json.at("/predicate/" + DETAILS + "/metadata").isObject()) {
            throw new IOException(
                    origin + " is not an attestation of a training run: missing '" + DETAILS + ".metadata'");
        }
        return new Statement(json);
    }

    private static void requireVersion(JsonNode found, String expected, String kind, String origin) throws IOException {
        if (found.asText().equals(expected)) {
            return;
        }
        String unversioned = expected.replaceFirst("\\d+$", "");
        boolean newer = found.asText().matches("\\Q" + unversioned + "\\E\\d{1,9}(\\.\\d{1,9})?");
        throw new IOException(origin
                + (newer
                        ? " was written by a newer version of this library"
                        : " is not an attestation of a training run")
                + ": its " + kind + " type is '" + found.asText() + "'; expected " + expected);
    }

    /** Returns the recorded checksum. */
    String recordedChecksum() {
        return metadata().path(INVOCATION).asText();
    }

    /** Returns the checksum of the content and form of bytes that were parsed. */
    String checksum(byte[] bytes) {
        return Arrays.equals(bytes, toJson()) ? checksum() : SHA256 + ":" + Fingerprint.sha256(bytes);
    }

    /** Returns the SHA-256 of an attested file; empty if it is not attested. */
    Optional<String> subject(Path file) {
        for (JsonNode subject : json.path("subject")) {
            if (subject.path(NAME).asText().equals(file.getFileName().toString())) {
                return Optional.of(subject.path(DIGEST).path(SHA256).asText());
            }
        }
        return Optional.empty();
    }

    /** Returns the recorded hashes of the inputs with a role. */
    List<String> hashes(Role role) {
        List<String> hashes = new ArrayList<>();
        for (JsonNode dependency : json.at("/predicate/" + DEFINITION + "/resolvedDependencies")) {
            if (dependency.path(NAME).asText().equals(role.id())) {
                hashes.add(dependency.path(DIGEST).path(SHA256).asText());
            }
        }
        return hashes;
    }
}
