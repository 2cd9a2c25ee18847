package io.github.tribuopeft.backbone;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Which bytes a backbone is made of. Two backbones with the same fingerprint give the same hidden states for the same text.
 *
 * @param config SHA-256 of the configuration, lower-case hex
 * @param weights SHA-256 of the weights
 * @param tokenizer SHA-256 of the tokenizer
 */
public record Fingerprint(String config, String weights, String tokenizer) {

    /** The start of the weights' hash: enough to tell backbones apart in a message. */
    public String shortForm() {
        return weights.substring(0, Math.min(12, weights.length()));
    }

    /** SHA-256 of all that is left in a stream, as lower-case hex. */
    public static String sha256(InputStream in) throws IOException {
        MessageDigest digest = digest();
        try (DigestInputStream hashing = new DigestInputStream(in, digest)) {
            byte[] buffer = new byte[1 << 16];
            while (hashing.read(buffer) >= 0) {
                // the digest has seen it
            }
        }
        return hex(digest);
    }

    /** SHA-256 of some bytes, as lower-case hex. */
    public static String sha256(byte[] bytes) {
        MessageDigest digest = digest();
        digest.update(bytes);
        return hex(digest);
    }

    /** What a digest has seen, as lower-case hex. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A new SHA-256 digest, for bytes that come piece by piece. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
