package io.github.tribuopeft.attestation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Key files in PEM format (RFC 7468). */
final class PemFile {

    private static final long MAX_BYTES = 64 << 10;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END ([A-Z0-9 ]{1,40})-----");

    private PemFile() {}

    /**
     * Reads the content of the only block of a file.
     *
     * @param label the label of the block, such as {@code PRIVATE KEY}
     * @throws IOException if the file cannot be read or does not contain one block of this label
     */
    static byte[] read(Path file, String label) throws IOException {
        Matcher block = BLOCK.matcher(text(file));
        if (!block.find()) {
            throw new IOException(file + " has no PEM block; expected " + expected(label));
        }
        if (!block.group(1).equals(label) || !block.group(3).equals(label)) {
            throw new IOException(file + " contains '" + block.group(1) + "'; expected " + expected(label));
        }
        try {
            byte[] content = Base64.getMimeDecoder().decode(block.group(2));
            if (block.find()) {
                throw new IOException(file + " has several PEM blocks; expected one with " + expected(label));
            }
            return content;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not a PEM file: its content is not Base64", e);
        }
    }

    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(Files.exists(file) ? file + " is not a file" : "There is no file " + file);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has " + Files.size(file) + " bytes; a key file has at most " + MAX_BYTES);
        }
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static String expected(String label) {
        return "an Ed25519 '" + label + "' in PEM format";
    }
}
