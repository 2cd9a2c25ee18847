package io.github.tribuopeft.attestation;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Attestation of a trained model: an in-toto statement on the model's file and the inputs of its training, in a DSSE
 * envelope, and a CycloneDX bill of materials. Immutable.
 *
 * <pre>{@code
 * model.serializeToFile(file);
 * Attestation.of(model, "classification", file, CodeVersion.ofJar(), Optional.of(SigningKey.read(key))).write();
 * }</pre>
 */
public final class Attestation {

    /** Name of the section of model cards that links to the files. */
    public static final String CARD_SECTION = "AttestationDetails";

    static final String STATEMENT = "statement";
    static final String BOM = "bill-of-materials";
    static final String FILE = "file";
    static final String SHA256 = "sha256";

    private static final String CARD_SCHEMA = "1.0";

    private final AttestationFiles files;
    private final byte[] bom;
    private final byte[] envelope;
    private final Optional<String> signer;

    private Attestation(AttestationFiles files, byte[] bom, byte[] envelope, Optional<String> signer) {
        this.files = files;
        this.bom = bom;
        this.envelope = envelope;
        this.signer = signer;
    }

    /**
     * Creates the attestation of a model.
     *
     * @param model the model; one that was trained in this process adds the facts of this machine
     * @param task name of the task, such as {@code classification}
     * @param file the model's file, which is complete
     * @param code the library's code
     * @param key key that signs; without one, the envelope has no signature
     * @throws IOException if the file cannot be read
     */
    public static Attestation of(AdaptedModel model, String task, Path file, CodeVersion code, Optional<SigningKey> key)
            throws IOException {
        AttestationFiles files = AttestationFiles.of(file);
        String modelHash = Fingerprint.sha256(Files.newInputStream(file));
        byte[] bom = BillOfMaterials.of(model, task, file, modelHash);
        Map<String, String> subjects = new LinkedHashMap<>();
        subjects.put(file.getFileName().toString(), modelHash);
        subjects.put(files.bom().getFileName().toString(), Fingerprint.sha256(bom));
        byte[] statement = Statement.of(model, task, subjects, code).toJson();
        return new Attestation(
                files, bom, Envelope.of(Envelope.IN_TOTO, statement, key).toJson(), key.map(signer -> signer.publicKey()
                        .id()));
    }

    /** Returns the files that {@link #write} writes. */
    public AttestationFiles files() {
        return files;
    }

    /**
     * Writes both files, or neither.
     *
     * @throws IOException if a file cannot be written; the message names the file and the reason
     */
    public void write() throws IOException {
        try (AtomicFiles written = new AtomicFiles()) {
            written.write(files.bom(), out -> out.write(bom));
            written.write(files.envelope(), out -> out.write(envelope));
            written.commit();
        }
    }

    /** Returns the section {@value #CARD_SECTION} of a model card: names and hashes of the files, and the key's id. */
    public Map<String, Object> cardSection() {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("schema-version", CARD_SCHEMA);
        section.put(STATEMENT, link(files.envelope(), envelope));
        section.put(BOM, link(files.bom(), bom));
        signer.ifPresent(id -> section.put("key-sha256", id));
        return section;
    }

    private static Map<String, String> link(Path file, byte[] content) {
        Map<String, String> link = new LinkedHashMap<>();
        link.put(FILE, file.getFileName().toString());
        link.put(SHA256, Fingerprint.sha256(content));
        return link;
    }
}
