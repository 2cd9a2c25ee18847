package io.github.tribuopeft.huggingface.files;

import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Small text file that a clone without Git LFS contains in place of a large file. */
public final class GitLfsPointer {

    private static final byte[] BEGINNING =
            "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    private GitLfsPointer() {}

    /**
     * Rejects a Git LFS pointer.
     *
     * @throws BackboneException if the file is a pointer or cannot be read
     */
    public static void refuse(Path file) {
        boolean pointer;
        try (InputStream in = Files.newInputStream(file)) {
            pointer = Arrays.equals(in.readNBytes(BEGINNING.length), BEGINNING);
        } catch (IOException e) {
            throw BackboneException.unreadable(file, e);
        }
        if (pointer) {
            throw new BackboneException(file + " is a Git LFS pointer, not the file itself. Fetch it with 'git lfs "
                    + "install' and 'git lfs pull' in the cloned repository, or download it");
        }
    }
}
