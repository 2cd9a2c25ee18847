package io.github.tribuopeft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {

    private static final String OLD = "old content";
    private static final String NEW = "new content, which is longer";

    @TempDir
    private Path directory;

    /** Disk that is full after a number of bytes. */
    private static final class FullDisk extends FilterOutputStream {
        private int free;

        FullDisk(OutputStream out, int free) {
            super(out);
            this.free = free;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int fitting = Math.min(free, length);
            out.write(bytes, offset, fitting);
            free -= fitting;
            if (fitting < length) {
                throw new IOException("No space left on device");
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("file"), content);
    }

    @Test
    void replacesFilesAndCreatesDirectories() throws IOException {
        Path file = file(OLD);
        AtomicFile.writeString(file, NEW);
        assertThat(file).hasContent(NEW);
        Path deep = directory.resolve("a/b/c");
        AtomicFile.write(deep, out -> out.write(new byte[] {1, 2, 3}));
        assertThat(deep).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(names()).containsExactly("a", "file");
    }

    @Test
    void fullDiskKeepsTheOldFile() throws IOException {
        Path file = file(OLD);
        for (int free = 0; free < NEW.length(); free++) {
            int bytes = free;
            try (AtomicFiles files = new AtomicFiles(out -> new FullDisk(out, bytes))) {
                assertThatIOException()
                        .isThrownBy(() -> files.writeString(file, NEW))
                        .withMessage(file + " cannot be written: No space left on device");
                files.commit();
            }
            assertThat(file).hasContent(OLD);
            assertThat(names()).containsExactly("file");
        }
        try (AtomicFiles files = new AtomicFiles(out -> new FullDisk(out, NEW.length()))) {
            files.writeString(file, NEW);
            files.commit();
        }
        assertThat(file).hasContent(NEW);
    }

    @Test
    void replacesAllFilesOrNone() throws IOException {
        Path first = file(OLD);
        Path second = directory.resolve("second");
        int[] free = {NEW.length(), 5};
        int[] opened = {0};
        try (AtomicFiles files = new AtomicFiles(out -> new FullDisk(out, free[opened[0]++]))) {
            files.writeString(first, NEW);
            assertThat(first).hasContent(OLD);
            assertThatIOException().isThrownBy(() -> files.writeString(second, NEW));
        }
        assertThat(first).hasContent(OLD);
        assertThat(names()).containsExactly("file");
        try (AtomicFiles files = new AtomicFiles()) {
            files.writeString(first, NEW);
            files.writeString(second, NEW);
            files.commit();
        }
        assertThat(first).hasContent(NEW);
        assertThat(second).hasContent(NEW);
    }

    @Test
    void errorOfTheContentKeepsTheOldFile() throws IOException {
        Path file = file(OLD);
        assertThatIllegalStateException()
                .isThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(NEW.getBytes());
                    out.flush();
                    throw new IllegalStateException("no more");
                }))
                .withMessage("no more");
        assertThat(file).hasContent(OLD);
        assertThat(names()).containsExactly("file");
    }

    @Test
    void contentMayCloseItsStream() throws IOException {
        Path file = file(OLD);
        AtomicFile.write(file, out -> {
            try (out) {
                out.write(NEW.getBytes());
            }
        });
        assertThat(file).hasContent(NEW);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keepsPermissionsOfReplacedFiles() throws IOException {
        Path file = file(OLD);
        Set<PosixFilePermission> usual = Files.getPosixFilePermissions(file);
        for (String permissions : List.of("rw-------", "rw-rw-rw-", "rwxr-x--x")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            AtomicFile.writeString(file, NEW + permissions);
            assertThat(file).hasContent(NEW + permissions);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo(permissions);
        }
        AtomicFile.writeString(directory.resolve("new"), NEW);
        assertThat(Files.getPosixFilePermissions(directory.resolve("new"))).isEqualTo(usual);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void followsSymbolicLinks() throws IOException {
        Path file = file(OLD);
        Path inner = Files.createSymbolicLink(directory.resolve("inner"), Path.of("file"));
        Path outer = Files.createSymbolicLink(directory.resolve("outer"), inner);
        AtomicFile.writeString(outer, NEW);
        assertThat(file).hasContent(NEW);
        assertThat(inner).isSymbolicLink();
        assertThat(outer).isSymbolicLink();

        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("missing/file"));
        AtomicFile.writeString(dangling, NEW);
        assertThat(dangling).isSymbolicLink();
        assertThat(directory.resolve("missing/file")).hasContent(NEW);

        Files.createSymbolicLink(directory.resolve("folder"), Path.of("missing"));
        AtomicFile.writeString(directory.resolve("folder/other"), NEW);
        assertThat(directory.resolve("missing/other")).hasContent(NEW);

        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(loop, NEW))
                .withMessage(loop + " cannot be written: it is a symbolic link that leads nowhere");
    }

    @Test
    void rejectsDirectoriesAndParentsThatAreFiles() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(directory, NEW))
                .withMessage(directory + " cannot be written: it is a directory; expected a file");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(Path.of(""), NEW))
                .withMessage("The name of the file to write is empty");
        Path below = file(OLD).resolve("below");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(below, NEW))
                .withMessageStartingWith(below + " cannot be written: its directory " + directory.resolve("file"));
        Path deepBelow = below.resolve("deep");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(deepBelow, NEW))
                .withMessageStartingWith(deepBelow + " cannot be written: its directory " + below);
        assertThat(directory.resolve("file")).hasContent(OLD);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void rejectsFilesWithoutWritePermission() throws IOException {
        Path file = file(OLD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        assumeTrue(!Files.isWritable(file), "the superuser may write everywhere");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(file, NEW))
                .withMessage(file + " cannot be written: permission denied");
        assertThat(file).hasContent(OLD);
    }

    @Test
    void acceptsNamesOfMaximumLength() throws IOException {
        Path file = directory.resolve("n".repeat(255));
        AtomicFile.writeString(file, NEW);
        assertThat(file).hasContent(NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/full", "full"})
    void errorNamesTheFullDevice(String name) throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full");
        Path file = directory.resolve(name);
        if (!file.equals(full)) {
            Files.createSymbolicLink(file, full);
        }
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.writeString(file, NEW))
                .withMessage(file + " cannot be written: No space left on device");
        assertThat(Files.isRegularFile(full)).isFalse();
    }

    @Test
    void devicesAreWrittenDirectly() throws IOException {
        Path nothing = Path.of("/dev/null");
        assumeTrue(Files.exists(nothing), "no /dev/null");
        AtomicFile.writeString(nothing, NEW);
        assertThat(Files.isRegularFile(nothing)).isFalse();
    }

    @Test
    @Timeout(30)
    void pipesAreWrittenDirectly() throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(
                Files.exists(Path.of("/usr/bin/mkfifo"))
                        && new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0,
                "no mkfifo");
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                return e.toString();
            }
        });
        AtomicFile.writeString(pipe, NEW);
        assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(NEW);
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(names()).containsExactly("pipe");
    }

    @Test
    @Timeout(30)
    void standardOutputIsWrittenDirectly() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/stdout")), "no /dev/stdout");
        Path redirected = file(OLD);
        Process process = child(Writer.class, "/dev/stdout", NEW)
                .redirectOutput(redirected.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        assertThat(redirected).hasContent(NEW + "!");
    }

    @Test
    @Timeout(30)
    void shutdownRemovesTheTemporaryFile() throws Exception {
        Path file = file(OLD);
        Process process = child(Exiting.class, file.toString()).start();
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(file).hasContent(OLD);
        assertThat(names()).containsExactly("file");
    }

    private static ProcessBuilder child(Class<?> main, String... arguments) {
        return new ProcessBuilder(Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xshare:auto",
                                "-cp",
                                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                                main.getName()),
                        Stream.of(arguments))
                .toList());
    }

    /** Program that writes a text to a file and then to the standard output. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            AtomicFile.writeString(Path.of(arguments[0]), arguments[1]);
            Files.writeString(Path.of("/dev/stdout"), "!", java.nio.file.StandardOpenOption.APPEND);
        }
    }

    /** Program that exits during a write. */
    static final class Exiting {
        private Exiting() {}

        public static void main(String[] arguments) throws IOException {
            AtomicFile.write(Path.of(arguments[0]), out -> {
                out.write(1);
                out.flush();
                System.exit(3);
            });
        }
    }
}
