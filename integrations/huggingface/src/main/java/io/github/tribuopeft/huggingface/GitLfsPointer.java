package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.BackboneException;
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

    /**
     * Refuses a pointer among a backbone's files.
     *
     * @throws BackboneException if the file is a pointer or cannot be read
     */
    static void refuse(Path file) {
        boolean pointer;
        try {
            pointer = isAt(file);
        } catch (IOException e) {
            throw BackboneException.unreadable(file, e);
        }
        if (pointer) {
            throw new BackboneException(file + " is a Git LFS pointer, not the file itself. Fetch it with 'git lfs "
                    + "install' and 'git lfs pull' in the cloned repository, or download it");
        }
    }
}
