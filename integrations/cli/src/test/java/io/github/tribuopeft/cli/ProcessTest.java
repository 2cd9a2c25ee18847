package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.testing.ChildJvm;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command line in processes with other encodings, locales and heap sizes. */
class ProcessTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        TinyBertDirectory.write(folder.resolve("tiny"));
        Files.writeString(
                folder.resolve("train.tsv"), "label\ttext\n" + "schön\ta fine film\nçirkin\ta bad song\n".repeat(4));
    }

    private ChildJvm.Outcome run(List<String> options, Map<String, String> environment, String... arguments)
            throws Exception {
        return ChildJvm.start(folder, options, environment, Peft.class, arguments)
                .await();
    }

    private ChildJvm.Outcome train(List<String> options, Map<String, String> environment, String data, String... more)
            throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("train", "--train", data, "--backbone", "tiny", "--epochs", "1", "--output", "model.tribuo"));
        arguments.addAll(List.of(more));
        return run(options, environment, arguments.toArray(String[]::new));
    }

    private static void assertOneLine(ChildJvm.Outcome outcome, int code, String... parts) {
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("peft: ")))
                .hasSize(1);
        assertThat(outcome.err()).contains(parts).doesNotContain("\tat ", "Exception");
    }

    /** Output is UTF-8, and the formats of numbers and names do not depend on the locale. */
    @Test
    void otherLocales() throws Exception {
        Map<String, String> posix = Map.of("LC_ALL", "POSIX");
        List<String> turkish = List.of("-Duser.language=tr", "-Duser.country=TR");
        ChildJvm.Outcome trained = train(turkish, posix, "train.tsv");
        assertThat(trained.code()).as(trained.err()).isZero();
        ChildJvm.Outcome predicted =
                run(List.of("-Duser.language=ar"), posix, "predict", "--model", "model.tribuo", "--text", "a film");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        assertThat(predicted.out()).contains("\"schön\":0.", "\"çirkin\":0.");
    }

    @Test
    void dataLargerThanTheHeap() throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("large.tsv"))) {
            out.write("label\ttext\n");
            for (int i = 0; i < 400_000; i++) {
                out.write((i % 2 == 0 ? "good" : "bad") + "\ta text that is long enough to fill the heap " + i + "\n");
            }
        }
        assertOneLine(
                train(List.of("-Xmx32m", "-XX:+UseSerialGC"), Map.of(), "large.tsv"),
                2,
                "large.tsv: the file has 21 MiB",
                "too much for the Java heap of ",
                "PEFT_JAVA_OPTS=-Xmx");
    }

    @Test
    void parametersLargerThanTheHeap() throws Exception {
        assertOneLine(
                train(List.of("-Xmx64m"), Map.of(), "train.tsv", "--virtual-tokens", "30000000"),
                1,
                "the Java heap of ",
                "; --virtual-tokens is 30000000");
    }

    @Test
    void tooManyThreads() throws Exception {
        assertOneLine(
                train(List.of(), Map.of(), "train.tsv", "--threads", "2147483647"), 2, "threads must be from 1 to");
    }
}
