package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tribuopeft.cli.PeftTest.Outcome;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command exits with code 1 if standard output cannot be written. */
class CheckedOutputTest {

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Workspace workspace;

    @BeforeAll
    static void inputFiles() throws IOException {
        workspace = Workspace.in(shared);
    }

    @Test
    void fullDeviceEndsEveryCommand() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full");
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            Workspace printing = workspace.printingTo(full);
            List<Supplier<Outcome>> commands = List.of(
                    () -> printing.train("--output", folder.resolve("new.tribuo")),
                    () -> printing.evaluate(),
                    () -> printing.predict(),
                    () -> printing.compare("--report", folder.resolve("report")),
                    () -> printing.export("--to", folder.resolve("adapter")),
                    () -> printing.imports("--output", folder.resolve("imported.tribuo")),
                    () -> printing.run("--help"),
                    () -> printing.run("train", "--help"),
                    () -> printing.run("--version"));
            for (Supplier<Outcome> command : commands) {
                Outcome outcome = command.get();
                assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
                assertThat(outcome.err())
                        .contains("peft: standard output cannot be written: No space left on device")
                        .doesNotContain("\tat ");
            }
        }
    }

    @Test
    void closedPipeEndsPredict() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "a fine film\n".repeat(3 * TaskModel.BATCH));
        int[] lines = {0};
        OutputStream pipe = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                if (value == '\n' && ++lines[0] == 2) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        Outcome outcome = workspace.printingTo(pipe).run("predict", "--model", workspace.model(), "--input", texts);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(lines[0]).isEqualTo(2);
        assertThat(outcome.err().strip()).isEqualTo("peft: standard output cannot be written: Broken pipe");
    }
}
