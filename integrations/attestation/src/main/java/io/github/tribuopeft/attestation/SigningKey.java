package io.github.tribuopeft.attestation;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Ed25519 key that signs attestations (RFC 8032). */
public final class SigningKey {

    private final PrivateKey key;
    private final VerificationKey publicKey;

    private SigningKey(PrivateKey key, VerificationKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /**
     * Reads an unencrypted PKCS#8 file in PEM format, as {@code openssl genpkey -algorithm ed25519} writes it.
     *
     * @throws IOException if the file cannot be read or is not such a key; the message names the file
     */
    public static SigningKey read(Path file) throws IOException {
        byte[] encoded = PemFile.read(file, "PRIVATE KEY");
        try {
            PrivateKey key =
                    KeyFactory.getInstance(VerificationKey.ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(key, publicKey(key));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is not an Ed25519 private key: " + e.getMessage(), e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * Computes the public key. The JDK has no method for this, but its generator computes the public key of the seed
     * that its random source returns.
     */
    private static VerificationKey publicKey(PrivateKey key) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) key)
                .getBytes()
                .orElseThrow(() -> new GeneralSecurityException("the key cannot be exported"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(VerificationKey.ALGORITHM);
        generator.initialize(8 * seed.length - 1, new FixedRandom(seed));
        return new VerificationKey(generator.generateKeyPair().getPublic());
    }

    /** Random source that returns given bytes. */
    @SuppressWarnings("serial") // is never serialized
    private static final class FixedRandom extends SecureRandom {

        private final transient byte[] bytes;

        FixedRandom(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }

    /** Returns the public key. */
    public VerificationKey publicKey() {
        return publicKey;
    }

    /** Returns the signature of a message, 64 bytes. */
    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(VerificationKey.ALGORITHM);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            if (!publicKey.verifies(message, signed)) {
                throw new IllegalStateException("The provider's public key does not belong to the private key");
            }
            return signed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 signatures are not available: " + e.getMessage(), e);
        }
    }
}
