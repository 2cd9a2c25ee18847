package io.github.tribuopeft.backbone;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Hashes of the files of a backbone. Backbones with the same fingerprint compute the same hidden states for the same
 * text.
 *
 * @param config SHA-256 of the configuration in lower-case hex
 * @param weights SHA-256 of the weights
 * @param tokenizer SHA-256 of the tokenizer
 */
public record Fingerprint(String config, String weights, String tokenizer) {

    /** Returns the first 12 characters of the weights' hash, for messages. */
    public String shortForm() {
        return weights.substring(0, Math.min(12, weights.length()));
    }

    /** Returns the SHA-256 of the rest of a stream in lower-case hex and closes the stream. */
    public static String sha256(InputStream in) throws IOException {
        MessageDigest digest = digest();
        try (DigestInputStream hashing = new DigestInputStream(in, digest)) {
            byte[] buffer = new byte[1 << 16];
            while (hashing.read(buffer) >= 0) {
                // reading updates the digest
            }
        }
        return hex(digest);
    }

    /** Returns the SHA-256 of bytes in lower-case hex. */
    public static String sha256(byte[] bytes) {
        MessageDigest digest = digest();
        digest.update(bytes);
        return hex(digest);
    }

    /** Returns the value of a digest in lower-case hex. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns a new SHA-256 digest. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
