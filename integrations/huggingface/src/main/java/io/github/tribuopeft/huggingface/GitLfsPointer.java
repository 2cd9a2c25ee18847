package io.github.tribuopeft.huggingface;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The small text that a clone without Git LFS contains in place of a large file. */
final class GitLfsPointer {

    private static final byte[] BEGINNING =
            "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    private GitLfsPointer() {}

    /**
     * Returns whether a file is a pointer.
     *
     * @throws IOException if the file cannot be read
     */
    static boolean isAt(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(BEGINNING.length), BEGINNING);
        }
    }
}
