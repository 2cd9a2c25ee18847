package io.github.tribuopeft.attestation;

import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;

/** Ed25519 key that verifies signatures of attestations. */
public final class VerificationKey {

    static final String ALGORITHM = "Ed25519";

    private final PublicKey key;

    VerificationKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads a SubjectPublicKeyInfo file in PEM format, as {@code openssl pkey -pubout} writes it.
     *
     * @throws IOException if the file cannot be read or is not such a key; the message names the file
     */
    public static VerificationKey read(Path file) throws IOException {
        byte[] encoded = PemFile.read(file, "PUBLIC KEY");
        try {
            return new VerificationKey(
                    KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is not an Ed25519 public key: " + e.getMessage(), e);
        }
    }

    /** Returns the id of the key: the SHA-256 of its SubjectPublicKeyInfo in lower-case hex. */
    public String id() {
        return Fingerprint.sha256(key.getEncoded());
    }

    /** Returns whether a signature is that of a message. */
    boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) { // malformed
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 signatures are not available: " + e.getMessage(), e);
        }
    }
}
