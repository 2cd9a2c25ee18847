package io.github.tribuopeft.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key files and Ed25519. */
class KeysTest {

    @TempDir
    private Path folder;

    /** The first test of RFC 8032, section 7.1. */
    @Test
    void vectorOfTheSpecification() throws IOException {
        SigningKey key = Keys.rfc8032(folder);
        assertThat(HexFormat.of().formatHex(key.sign(new byte[0]))).isEqualTo(Keys.FIRST_SIGNATURE);
        assertThat(key.publicKey().id())
                .isEqualTo(VerificationKey.read(Keys.rfc8032PublicFile(folder)).id());
    }

    @Test
    void malformedSignatures() throws IOException {
        VerificationKey key = Keys.rfc8032(folder).publicKey();
        assertThat(key.verifies(new byte[0], new byte[0])).isFalse();
        assertThat(key.verifies(new byte[0], new byte[65])).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', has no PEM block; expected an Ed25519 'PRIVATE KEY' in PEM format",
        "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----, contains 'PUBLIC KEY'; expected",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----AAAA-----END ENCRYPTED PRIVATE KEY-----, contains 'ENCRYPTED PRIVATE",
        "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----, is not an Ed25519 private key",
        "-----BEGIN PRIVATE KEY-----AAAAA=A-----END PRIVATE KEY-----, its content is not Base64",
        "-----BEGIN PRIVATE KEY-----AAAA-----END PUBLIC KEY-----, contains 'PRIVATE KEY'; expected",
    })
    void otherFiles(String content, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), content);
        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void severalKeys() throws IOException {
        Path file = Keys.rfc8032File(folder);
        Files.writeString(file, Files.readString(file).repeat(2));
        assertThatThrownBy(() -> SigningKey.read(file)).hasMessageContaining("has several PEM blocks");
    }

    @Test
    void missingFile() {
        assertThatThrownBy(() -> VerificationKey.read(folder.resolve("none.pem")))
                .hasMessage("There is no file " + folder.resolve("none.pem"));
    }

    @Test
    void keyOfAnotherAlgorithm() throws IOException {
        // an X25519 key (RFC 8410)
        Path file = Keys.pem(folder.resolve("x.pem"), "PUBLIC KEY", "302a300506032b656e032100" + Keys.FIRST_PUBLIC);
        assertThatThrownBy(() -> VerificationKey.read(file)).hasMessageContaining("is not an Ed25519 public key");
    }
}
