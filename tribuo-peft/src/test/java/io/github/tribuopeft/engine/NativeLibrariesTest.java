package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries that cannot be unpacked, each in a separate JVM. */
class NativeLibrariesTest {

    @TempDir
    private Path directory;

    /** Program that loads a library and prints the error. */
    static final class Loader {
        private Loader() {}

        public static void main(String[] arguments) {
            try {
                if (arguments[0].equals("pytorch")) {
                    NativeLibraries.torch();
                } else {
                    NativeLibraries.tokenizers();
                }
            } catch (NativeLibraryException e) {
                System.out.println("Error: " + e.getMessage());
            }
        }
    }

    private void assertErrorNamesTheDirectory(String library) throws IOException, InterruptedException {
        // a file with the name of the directory
        Path cache = Files.writeString(directory.resolve(library), "not a directory");
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loader.class.getName(),
                        library)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("DJL_CACHE_DIR", directory.toString());
        builder.environment().remove("ENGINE_CACHE_DIR");
        Process child = builder.start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output, StandardCharsets.UTF_8))
                .contains("Error: The native library of ")
                .contains("cannot be unpacked into " + cache + " or loaded from it: ")
                .contains("DJL_CACHE_DIR");
    }

    @Test
    void torch() throws IOException, InterruptedException {
        assertErrorNamesTheDirectory("pytorch");
    }

    @Test
    void tokenizers() throws IOException, InterruptedException {
        assertErrorNamesTheDirectory("tokenizers");
    }
}
