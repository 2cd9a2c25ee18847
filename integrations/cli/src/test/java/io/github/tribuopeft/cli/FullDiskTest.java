package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tribuopeft.cli.PeftTest.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes every output file to a full disk: the command exits with code 1 and names the file, an existing file stays
 * intact, and no temporary file remains. The disk is a small tmpfs, which only the superuser can mount; for other users
 * the tests are skipped.
 */
@EnabledOnOs(OS.LINUX)
class FullDiskTest {

    private static final int PAGE = 4096;
    private static final String FULL = " cannot be written: No space left on device";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Workspace workspace;
    private Path disk;

    @BeforeAll
    static void inputFiles() throws IOException {
        workspace = Workspace.in(shared);
    }

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()),
                "a tmpfs cannot be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        command("umount", disk.toString());
    }

    private static boolean command(String... words) throws IOException, InterruptedException {
        return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor() == 0;
    }

    /** Fills the disk up to a number of free pages. */
    private void fill(int free) throws IOException {
        try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
            out.write(new byte[Math.toIntExact(disk.toFile().getUsableSpace()) - free * PAGE]);
        }
        assertThat(disk.toFile().getUsableSpace()).isEqualTo((long) free * PAGE);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(disk)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /** Runs a command that writes a file on the full disk, first a new file, then an existing one. */
    private void assertFilesIntact(Path file, String old, int free, Supplier<Outcome> command) throws IOException {
        for (boolean existing : new boolean[] {false, true}) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(disk.resolve("filler"));
            if (existing) {
                Files.writeString(file, old);
            }
            fill(free);
            List<String> before = names();
            Outcome outcome = command.get();
            assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
            assertThat(outcome.err()).contains(file.getFileName() + FULL).doesNotContain("\tat ", ".tmp");
            assertThat(names()).isEqualTo(before);
            if (existing) {
                assertThat(file).hasContent(old);
            }
        }
    }

    @Test
    void train() throws IOException {
        Path file = disk.resolve("file");
        Path model = folder.resolve("new.tribuo");
        assertFilesIntact(file, "old", 0, () -> workspace.train("--output", file));
        assertFilesIntact(file, "old", 1, () -> workspace.train("--output", file));
        assertThat(model).doesNotExist();
        assertFilesIntact(file, "old", 0, () -> {
            Outcome outcome = workspace.train("--output", model, "--card", file);
            assertThat(outcome.err()).contains("; the model itself is complete in " + model);
            return outcome;
        });
        assertFilesIntact(file, "old", 0, () -> workspace.train("--output", model, "--json", file));
        assertThat(PeftTest.run("predict", "--model", model, "--text", "a film").code())
                .isZero();
    }

    @Test
    void reproduce() throws IOException {
        Path file = disk.resolve("file");
        assertFilesIntact(file, "old", 0, () -> workspace.reproduce("--json", file));
        assertFilesIntact(file, "old", 1, () -> workspace.reproduce("--output", file));
    }

    @Test
    void evaluate() throws IOException {
        Path file = disk.resolve("file");
        assertFilesIntact(file, "old", 0, () -> workspace.evaluate("--json", file));
        assertFilesIntact(file, "old", 1, () -> workspace.evaluate("--report", file));
        assertFilesIntact(file, Files.readString(workspace.card()), 0, () -> workspace.evaluate("--card", file));
    }

    @Test
    void predict() throws IOException {
        Path file = disk.resolve("file");
        Path texts = Files.writeString(folder.resolve("texts.txt"), "a fine film\n".repeat(3 * TaskModel.BATCH));
        for (int free : new int[] {0, 1, 3}) {
            assertFilesIntact(
                    file,
                    "old",
                    free,
                    () -> PeftTest.run("predict", "--model", workspace.model(), "--input", texts, "--output", file));
        }
    }

    @Test
    void exportReplacesAllFilesOrNone() throws IOException {
        Path adapter = folder.resolve("adapter");
        assertThat(workspace.export("--to", adapter).code()).isZero();
        for (String name : List.of("adapter_model.safetensors", "README.md")) {
            Path file = disk.resolve(name);
            Files.move(adapter.resolve(name), folder.resolve("kept"));
            Files.createSymbolicLink(adapter.resolve(name), file);
            String others = others(adapter, name);
            assertFilesIntact(file, "{}", 0, () -> workspace.export("--to", adapter));
            assertThat(others(adapter, name)).isEqualTo(others);
            Files.delete(adapter.resolve(name));
            Files.move(folder.resolve("kept"), adapter.resolve(name));
        }
        Files.delete(disk.resolve("README.md"));
        Files.delete(disk.resolve("adapter_model.safetensors"));
        Path config = disk.resolve("adapter_config.json");
        assertFilesIntact(config, "{}", 0, () -> workspace.export("--to", disk));
    }

    private static String others(Path folder, String name) throws IOException {
        StringBuilder others = new StringBuilder();
        try (Stream<Path> files = Files.list(folder).sorted()) {
            for (Path file : files.filter(other -> !other.endsWith(name)).toList()) {
                others.append(file).append(Files.getLastModifiedTime(file));
            }
        }
        return others.toString();
    }

    @Test
    void imports() throws IOException {
        Path file = disk.resolve("file");
        assertFilesIntact(file, "old", 0, () -> workspace.imports("--output", file));
        assertFilesIntact(file, "old", 1, () -> workspace.imports("--output", file));
    }

    @Test
    void compare() throws IOException {
        Path report = folder.resolve("report");
        assertThat(workspace.compare("--report", report).code()).isZero();
        for (String name : List.of("report.html", "report.md", "results.json", "results.csv")) {
            Path file = disk.resolve(name);
            Files.delete(report.resolve(name));
            Files.createSymbolicLink(report.resolve(name), file);
            assertFilesIntact(file, "old", 0, () -> workspace.compare("--report", report));
            Files.delete(report.resolve(name));
            Files.delete(file);
        }
        Path cells = folder.resolve("other/cells");
        Files.createDirectories(cells.getParent());
        Files.createSymbolicLink(cells, disk);
        Files.delete(disk.resolve("filler"));
        fill(0);
        Outcome outcome = workspace.compare("--report", cells.getParent());
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.err()).contains(cells + "/", ".json" + FULL);
        assertThat(names())
                .as("the run's checkpoints, to be resumed, and no part of a cell")
                .filteredOn(name -> !name.contains(".checkpoints"))
                .containsExactly(disk.toString(), disk.resolve("filler").toString());
        Files.delete(disk.resolve("filler"));
        assertThat(workspace.compare("--report", cells.getParent()).code()).isZero();
    }
}
