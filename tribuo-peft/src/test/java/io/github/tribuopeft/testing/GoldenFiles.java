package io.github.tribuopeft.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories of golden files: tiny models and results of the Python libraries. {@code golden/README.md} says how they
 * are made.
 */
public final class GoldenFiles {

    private static final Path FILES = Path.of("golden", "files");

    private GoldenFiles() {}

    /** Returns the project's own folder, which has all files that tests read. */
    public static Path own() {
        return project().resolve(FILES);
    }

    /** Returns the project's own folder and, if the project's parent directory has one, {@code shared/parity}. */
    public static List<Path> all() {
        Path larger = project().resolveSibling("shared").resolve("parity");
        return Stream.of(own(), larger).filter(Files::isDirectory).toList();
    }

    /** Returns {@code shared/models} of the project's parent directory, real small models, which may be missing. */
    public static Path models() {
        return project().resolveSibling("shared").resolve("models");
    }

    private static Path project() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve(FILES))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "No directory '" + FILES + "' in " + Path.of("").toAbsolutePath()
                                + " or in a directory that contains it; tests must run inside the project");
            }
        }
        return folder;
    }
}
