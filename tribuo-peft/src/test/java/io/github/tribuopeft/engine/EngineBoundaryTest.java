package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Only the {@code engine} package uses the classes of DJL's PyTorch engine and its JNI. */
class EngineBoundaryTest {

    private static final Path PROJECT = Path.of("..");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
                    .toList();
        }
    }

    private static boolean usesTheEngine(Path file) {
        try {
            return Files.readString(file).contains("ai.djl.pytorch.");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onlyTheEnginePackageUsesDjlsPyTorchClasses() throws IOException {
        List<Path> sources = sources();
        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(sources)
                .filteredOn(EngineBoundaryTest::usesTheEngine)
                .isNotEmpty()
                .allMatch(file -> file.getParent().endsWith("io/github/tribuopeft/engine"));
    }
}
