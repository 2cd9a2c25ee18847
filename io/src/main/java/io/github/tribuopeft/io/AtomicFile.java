package io.github.tribuopeft.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes one file atomically: completely or not at all.
 *
 * <pre>{@code
 * AtomicFile.write(Path.of("model.tribuo"), out -> model.serialize().writeTo(out));
 * }</pre>
 *
 * <p>{@link AtomicFiles} states the guarantees.
 */
public final class AtomicFile {

    private AtomicFile() {}

    /**
     * Writes a file and creates its parent directories.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason, and an existing
     *     file is unchanged
     */
    public static void write(Path file, Content content) throws IOException {
        try (AtomicFiles files = new AtomicFiles()) {
            files.write(file, content);
            files.commit();
        }
    }

    /**
     * Checks that a file can be written, before the work that produces its content. An existing file is not changed.
     * The check creates and removes a temporary file and missing parent directories.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason
     */
    public static void check(Path file) throws IOException {
        try (AtomicFiles files = new AtomicFiles()) {
            files.check(file);
        }
    }

    /**
     * Writes a text file in UTF-8.
     *
     * @throws IOException as {@link #write} does
     */
    public static void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
