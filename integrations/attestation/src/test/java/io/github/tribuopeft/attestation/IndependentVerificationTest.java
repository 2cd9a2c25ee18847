package io.github.tribuopeft.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verification by {@code docs/verify_attestation.py}, an implementation of DSSE in Python and openssl that shares no
 * code with this library.
 */
class IndependentVerificationTest {

    private static final Path SCRIPT =
            Path.of("../../docs/verify_attestation.py").toAbsolutePath();

    @TempDir
    private Path folder;

    private AttestedModel attested;

    private record Outcome(int code, String out) {}

    @BeforeEach
    void attest() throws IOException, InterruptedException {
        assumeTrue(runs("python3", "--version"), "python3 is not installed");
        assumeTrue(runs("openssl", "version"), "openssl is not installed");
        attested = AttestedModel.in(folder, Optional.of(Keys.rfc8032(folder)));
    }

    private boolean runs(String... command) throws InterruptedException {
        try {
            return run(command).code == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Outcome run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
        return new Outcome(process.exitValue(), Files.readString(out));
    }

    private Outcome verify(Path key) throws IOException, InterruptedException {
        return run("python3", SCRIPT.toString(), attested.model().toString(), key.toString());
    }

    @Test
    void acceptsTheAttestation() throws IOException, InterruptedException {
        Outcome outcome = verify(Keys.rfc8032PublicFile(folder));
        assertThat(outcome.out).isEqualTo("OK: model.tribuo\nOK: model.tribuo.cdx.json\n");
        assertThat(outcome.code).isZero();
    }

    @Test
    void rejectsAnotherStatementAndModel() throws IOException, InterruptedException {
        Path key = Keys.rfc8032PublicFile(folder);
        Path model = attested.model();
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length / 2]++;
        Files.write(model, bytes);
        assertThat(verify(key)).isEqualTo(new Outcome(1, "FAILED: model.tribuo is not the attested file\n"));

        Path envelope = attested.files().envelope();
        Envelope signed = Envelope.parse(Files.readAllBytes(envelope), "file");
        byte[] statement = signed.payload().clone();
        statement[statement.length - 10]++;
        Files.write(envelope, new Envelope(signed.payloadType(), statement, signed.signatures()).toJson());
        assertThat(verify(key)).isEqualTo(new Outcome(1, "FAILED: no signature of this key matches\n"));
    }
}
