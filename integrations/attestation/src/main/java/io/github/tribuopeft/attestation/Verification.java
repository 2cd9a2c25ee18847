package io.github.tribuopeft.attestation;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.attestation.Check.Status;
import io.github.tribuopeft.attestation.Material.Role;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verification of a model, its attestation and the files of its training. Nothing is downloaded, and no file is run.
 *
 * @param checks the checks in the order in which they were made
 */
public record Verification(List<Check> checks) {

    /**
     * Files and keys of a verification.
     *
     * @param model the model's file; the attestation is next to it
     * @param key key that the envelope must be signed with; empty to leave the signature unchecked
     * @param dataRoot directory of the data files, if they were moved; see {@code docs/attestation.md}
     * @param backbone backbone of the model; empty to find it as the model does
     */
    public record Request(
            Path model, Optional<VerificationKey> key, Optional<Path> dataRoot, Optional<BackboneSource> backbone) {}

    /**
     * Verifies a model.
     *
     * @throws IOException if the model's file or its attestation is missing, cannot be read, or is of a newer version;
     *     the message names the file
     */
    public static Verification of(Request request) throws IOException {
        Run run = new Run(request);
        run.checkAll();
        return new Verification(List.copyOf(run.checks));
    }

    /**
     * Returns the data files of a model's training that exist on this machine, and the checkpoint that it resumed from.
     *
     * @param dataRoot directory of the data files, if they were moved
     */
    public static List<Path> dataFiles(AdaptedModel model, Optional<Path> dataRoot) {
        MaterialFiles search = new MaterialFiles(dataRoot);
        return Materials.of(model).stream()
                .map(Material::file)
                .flatMap(Optional::stream)
                .map(search::find)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns the checks with a result. */
    public List<Check> with(Status status) {
        return checks.stream().filter(check -> check.status() == status).toList();
    }

    /** Checks of one request. */
    private static final class Run {

        private final List<Check> checks = new ArrayList<>();
        private final Request request;
        private final AttestationFiles files;
        private final Envelope envelope;
        private final byte[] envelopeBytes;
        private final byte[] bom;
        private final Statement statement;

        Run(Request request) throws IOException {
            this.request = request;
            this.files = AttestationFiles.of(request.model());
            this.envelopeBytes = StrictJson.bytes(files.envelope());
            this.envelope = Envelope.parse(envelopeBytes, files.envelope().toString());
            if (!envelope.payloadType().equals(Envelope.IN_TOTO)) {
                throw new IOException(
                        files.envelope() + " contains '" + envelope.payloadType() + "'; expected " + Envelope.IN_TOTO);
            }
            this.statement =
                    Statement.parse(envelope.payload(), files.envelope().toString());
            this.bom = StrictJson.bytes(files.bom());
        }

        void checkAll() throws IOException {
            checkEnvelope();
            checkSignature();
            checkSubject(request.model(), "model ", Fingerprint.sha256(Files.newInputStream(request.model())));
            boolean same = checkSubject(files.bom(), "bill of materials ", Fingerprint.sha256(bom));
            if (same) {
                checkBom();
            }
            checkModel();
        }

        private void checkEnvelope() {
            checks.add(Check.compare(
                    "statement in " + files.envelope(),
                    statement.recordedChecksum(),
                    statement.checksum(envelope.payload())));
            if (!Arrays.equals(envelope.toJson(), envelopeBytes)) {
                checks.add(Check.differs(
                        "form of " + files.envelope(), "its bytes are not those that this library writes"));
            }
        }

        private void checkSignature() {
            String subject = "signature of " + files.envelope();
            if (request.key().isEmpty()) {
                checks.add(Check.notChecked(
                        subject, envelope.signatures().isEmpty() ? "it is not signed" : "no public key was given"));
                return;
            }
            VerificationKey key = request.key().get();
            String ids = envelope.signatures().isEmpty()
                    ? "no signature"
                    : "key "
                            + String.join(
                                    ", ",
                                    envelope.signatures().stream()
                                            .map(Envelope.EnvelopeSignature::keyId)
                                            .toList());
            if (!envelope.isSignedBy(key)) {
                checks.add(new Check(
                        subject,
                        Status.DIFFERS,
                        Optional.of("key " + key.id()),
                        Optional.of(ids),
                        Optional.of("no signature of the given key matches the statement")));
            } else {
                checks.add(Check.compare(subject, "key " + key.id(), ids));
            }
        }

        /** Checks the hash of a file against the statement. */
        private boolean checkSubject(Path file, String kind, String found) {
            Check check = Check.compare(kind + file, statement.subject(file).orElse("not in the statement"), found);
            checks.add(check);
            return check.status() == Status.MATCHES;
        }

        private void checkBom() throws IOException {
            String subject = "schema of " + files.bom();
            BomSchema schema = BomSchema.of(bom, files.bom().toString());
            checks.add(schema.firstError()
                    .map(message -> Check.differs(subject, message))
                    .orElseGet(() -> Check.matches(subject, "CycloneDX " + schema.version())));
            Map<String, String> hashes = BillOfMaterials.hashes(bom, files.bom().toString());
            checks.add(Check.compare(
                    "model's hash in " + files.bom(),
                    statement.subject(request.model()).orElse("not in the statement"),
                    hashes.getOrDefault(BillOfMaterials.MODEL, "none")));
            for (Role role : Role.values()) {
                Collection<String> listed = hashes.values();
                statement.hashes(role).stream()
                        .filter(hash -> !listed.contains(hash))
                        .forEach(hash -> checks.add(new Check(
                                role.label() + " in " + files.bom(),
                                Status.DIFFERS,
                                Optional.of(hash),
                                Optional.of("none"),
                                Optional.empty())));
            }
        }

        private void checkModel() throws IOException {
            String subject = "content of " + request.model();
            try (AdaptedModel model = AdaptedModel.load(request.model())) {
                checks.add(Check.matches(subject, "it matches its own SHA-256"));
                checkCard();
                List<Material> materials = Materials.of(model);
                for (Role role : Role.values()) {
                    checkStatement(role, materials);
                }
                checkFiles(materials);
                checkBackbone(model.backbone());
            } catch (IOException e) {
                checks.add(Check.differs(subject, e.getMessage()));
            }
        }

        /** Checks that the statement has the inputs that the model's own provenance has. */
        private void checkStatement(Role role, List<Material> materials) {
            List<String> recorded = materials.stream()
                    .filter(material -> material.role() == role)
                    .map(Material::sha256)
                    .toList();
            List<String> stated = statement.hashes(role);
            if (!recorded.equals(stated)) {
                checks.add(Check.compare(
                        role.label() + " in the statement and in the model's provenance",
                        String.join(", ", recorded),
                        String.join(", ", stated)));
            }
        }

        private void checkFiles(List<Material> materials) throws IOException {
            MaterialFiles search = new MaterialFiles(request.dataRoot());
            for (Material material : materials) {
                if (material.role().isBackbone()) {
                    continue;
                }
                String subject = material.role().label() + " "
                        + material.file().map(Path::toString).orElse(material.name());
                Optional<Path> file = material.file().flatMap(search::find);
                checks.add(
                        file.isPresent()
                                ? Check.compare(
                                        material.role().label() + " " + file.get(),
                                        material.sha256(),
                                        Fingerprint.sha256(Files.newInputStream(file.get())))
                                : Check.missing(subject, material.sha256(), "the file was not found"));
            }
        }

        private void checkBackbone(BackboneReference reference) {
            String subject = "backbone " + reference.name();
            Fingerprint expected = reference.fingerprint();
            try {
                BackboneSource source =
                        request.backbone().isPresent() ? request.backbone().get() : BackboneCatalog.find(reference);
                compare(expected, source.fingerprint(), subject);
            } catch (BackboneException e) {
                Optional<Fingerprint> changed = changed(reference);
                if (changed.isPresent()) {
                    compare(expected, changed.get(), subject);
                } else {
                    checks.add(Check.missing(subject, expected.weights(), e.getMessage()));
                }
            }
        }

        /** Returns the fingerprint of the directory that the model remembers, whose files have changed. */
        private static Optional<Fingerprint> changed(BackboneReference reference) {
            try {
                return reference
                        .source()
                        .filter(source -> source.localDirectory()
                                .filter(Files::isDirectory)
                                .isPresent())
                        .map(BackboneSource::fingerprint);
            } catch (BackboneException e) {
                return Optional.empty();
            }
        }

        private void compare(Fingerprint expected, Fingerprint found, String subject) {
            checks.add(Check.compare(subject + ", configuration", expected.config(), found.config()));
            checks.add(Check.compare(subject + ", weights", expected.weights(), found.weights()));
            checks.add(Check.compare(subject + ", tokenizer", expected.tokenizer(), found.tokenizer()));
        }

        /** Checks the links of the model card next to the model, if there is one. */
        private void checkCard() throws IOException {
            Path card = request.model().resolveSibling(request.model().getFileName() + ".card.json");
            if (!Files.isRegularFile(card)) {
                return;
            }
            JsonNode section =
                    StrictJson.parse(StrictJson.bytes(card), card.toString()).path(Attestation.CARD_SECTION);
            if (section.isMissingNode()) {
                return;
            }
            checks.add(Check.compare(
                    "statement of " + card,
                    section.path(Attestation.STATEMENT).path(Attestation.SHA256).asText(),
                    Fingerprint.sha256(envelopeBytes)));
            checks.add(Check.compare(
                    "bill of materials of " + card,
                    section.path(Attestation.BOM).path(Attestation.SHA256).asText(),
                    Fingerprint.sha256(bom)));
        }
    }
}
