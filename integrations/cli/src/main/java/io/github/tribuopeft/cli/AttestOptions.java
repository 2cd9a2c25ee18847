package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.attestation.Attestation;
import io.github.tribuopeft.attestation.AttestationFiles;
import io.github.tribuopeft.attestation.CodeVersion;
import io.github.tribuopeft.attestation.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of the attestation that is written with a model. */
final class AttestOptions {

    @Option(
            names = "--attest",
            description = "Write an in-toto statement on the model and the inputs of its training, and a CycloneDX"
                    + " bill of materials: MODEL.intoto.jsonl and MODEL.cdx.json.")
    private boolean attest;

    @Option(
            names = "--attest-key",
            paramLabel = "FILE",
            description = "Sign the statement with this Ed25519 key, an unencrypted PKCS#8 file in PEM format.")
    private Path keyFile;

    private SigningKey key;

    /**
     * Adds the files to those of the command, and reads the key.
     *
     * @throws UsageException if the key cannot be used
     */
    void addTo(Destinations destinations, Path model) {
        if (keyFile != null && !attest) {
            throw new UsageException("--attest-key: expected --attest as well");
        }
        if (!attest) {
            return;
        }
        AttestationFiles files = AttestationFiles.of(model);
        destinations
                .reads("--attest-key", keyFile)
                .writes("--attest", files.envelope())
                .writes("--attest", files.bom());
        try {
            key = keyFile == null ? null : SigningKey.read(keyFile);
        } catch (IOException e) {
            throw new UsageException("--attest-key: " + e.getMessage(), e);
        }
    }

    /** Writes the attestation of a model, whose file is complete, if the command asks for it. */
    Optional<Attestation> write(AdaptedModel model, Task task, Path file) throws IOException {
        if (!attest) {
            return Optional.empty();
        }
        String home = System.getProperty("tribuopeft.home");
        CodeVersion code = home == null ? CodeVersion.ofJar() : CodeVersion.of(Path.of(home));
        Attestation attestation = Attestation.of(model, task.id(), file, code, Optional.ofNullable(key));
        attestation.write();
        AttestationFiles files = attestation.files();
        System.out.printf(
                "Wrote %s: %s; the bill of materials is %s%n",
                files.envelope(),
                key == null
                        ? "a statement without a signature"
                        : "a statement signed with key " + key.publicKey().id(),
                files.bom());
        return Optional.of(attestation);
    }
}
