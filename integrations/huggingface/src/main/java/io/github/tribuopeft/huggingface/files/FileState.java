package io.github.tribuopeft.huggingface.files;

import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.StringJoiner;

/** State of files that changes when a file is edited or replaced: key, size and modification time. */
public final class FileState {

    private FileState() {}

    /**
     * Returns the state of some files, see {@link io.github.tribuopeft.backbone.BackboneSource#fileState}.
     *
     * @throws BackboneException if a file is missing
     */
    public static String of(Iterable<Path> files) {
        StringJoiner state = new StringJoiner("\n");
        for (Path file : files) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                state.add(file + " " + attributes.fileKey() + " " + attributes.size() + " "
                        + attributes.lastModifiedTime());
            } catch (IOException e) {
                throw BackboneException.unreadable(file, e);
            }
        }
        return state.toString();
    }
}
