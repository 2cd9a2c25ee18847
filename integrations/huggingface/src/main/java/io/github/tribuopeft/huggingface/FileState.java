package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.StringJoiner;

/** What tells a file from one that has taken its place: its key, size and time of change. */
final class FileState {

    private FileState() {}

    /**
     * The state of some files, see {@link io.github.tribuopeft.backbone.BackboneSource#fileState}.
     *
     * @throws BackboneException if one of them is not there
     */
    static String of(Iterable<Path> files) {
        StringJoiner state = new StringJoiner("\n");
        for (Path file : files) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                state.add(file + " " + found.fileKey() + " " + found.size() + " " + found.lastModifiedTime());
            } catch (IOException e) {
                throw BackboneException.unreadable(file, e);
            }
        }
        return state.toString();
    }
}
