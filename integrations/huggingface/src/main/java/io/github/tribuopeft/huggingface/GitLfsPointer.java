package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The few lines that a clone without Git LFS has in place of a large file. */
final class GitLfsPointer {

    private static final byte[] BEGIN = "version https://git-lfs.github.com/spec/v".getBytes(StandardCharsets.US_ASCII);

    private GitLfsPointer() {}

    /**
     * Refuses a pointer.
     *
     * @throws BackboneException if the file is a pointer or cannot be read
     */
    static void refuse(Path file) {
        byte[] begin;
        try (InputStream in = Files.newInputStream(file)) {
            begin = in.readNBytes(BEGIN.length);
        } catch (IOException e) {
            throw BackboneException.unreadable(file, e);
        }
        if (Arrays.equals(begin, BEGIN)) {
            throw new BackboneException(file + " is a Git LFS pointer, not the file itself. Fetch it with 'git lfs "
                    + "install' and 'git lfs pull' in the cloned repository, or download it");
        }
    }
}
