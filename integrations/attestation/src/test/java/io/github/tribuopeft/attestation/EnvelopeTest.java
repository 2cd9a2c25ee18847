package io.github.tribuopeft.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DSSE envelopes. */
class EnvelopeTest {

    private static final byte[] STATEMENT = "{\"subject\":[1,2]}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    /** The test vector of https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md. */
    @Test
    void encodingOfTheSpecification() {
        assertThat(Envelope.preAuthenticationEncoding(
                        "http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void lengthsAreThoseOfBytes() {
        assertThat(Envelope.preAuthenticationEncoding("té", "ü".getBytes(StandardCharsets.UTF_8)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("DSSEv1 3 té 2 ü");
    }

    @Test
    void signedAndRead() throws IOException {
        SigningKey key = Keys.rfc8032(folder);
        byte[] json = Envelope.of(Envelope.IN_TOTO, STATEMENT, Optional.of(key)).toJson();
        Envelope read = Envelope.parse(json, "file");
        assertThat(read.payload()).isEqualTo(STATEMENT);
        assertThat(read.isSignedBy(key.publicKey())).isTrue();
        assertThat(read.isSignedBy(Keys.other(folder).publicKey())).isFalse();
        assertThat(read.toJson()).isEqualTo(json);
    }

    @Test
    void anyFlippedBitIsFound() throws IOException {
        SigningKey key = Keys.rfc8032(folder);
        byte[] json = Envelope.of(Envelope.IN_TOTO, STATEMENT, Optional.of(key)).toJson();
        for (int bit = 0; bit < 8 * json.length; bit++) {
            byte[] flipped = json.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isSound(flipped, key.publicKey())).as("bit %d", bit).isFalse();
        }
        assertThat(isSound(json, key.publicKey())).isTrue();
    }

    private static boolean isSound(byte[] json, VerificationKey key) {
        try {
            Envelope read = Envelope.parse(json, "file");
            return read.payloadType().equals(Envelope.IN_TOTO)
                    && Arrays.equals(read.toJson(), json)
                    && read.isSignedBy(key)
                    && read.signatures().get(0).keyId().equals(key.id());
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | file is not a JSON object",
                "{\"payload\": | file is not JSON",
                "{} | file is not a DSSE envelope: missing 'signatures'",
                "{\"signatures\":[]} | file is not a DSSE envelope: missing 'payloadType'",
                "{\"payloadType\":\"a\",\"payload\":\"?\",\"signatures\":[]} | 'payload' is not Base64",
                "{\"payloadType\":\"a\",\"payload\":\"\",\"signatures\":[{}]} | missing 'sig'",
                "{\"payload\":\"\",\"payload\":\"\"} | Duplicate field 'payload'",
            })
    void otherFiles(String json, String message) {
        assertThatThrownBy(() -> Envelope.parse(json.getBytes(StandardCharsets.UTF_8), "file"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
