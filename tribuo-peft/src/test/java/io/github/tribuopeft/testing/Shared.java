package io.github.tribuopeft.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Golden files and data sets that lie beside the project on the developers' machines, never on a user's. */
public final class Shared {

    private Shared() {}

    /** A file or folder beside the project; the test is skipped where there is none. */
    public static Path path(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("shared").resolve("parity"))) {
            folder = folder.getParent();
        }
        assumeTrue(folder != null, "skipped: there are no golden files in a folder 'shared' beside the project");
        return folder.resolve("shared").resolve(name);
    }
}
