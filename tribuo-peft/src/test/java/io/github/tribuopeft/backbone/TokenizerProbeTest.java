package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.testing.Fuzz;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mutated tokenizers: those that are accepted must not crash the JVM or take long for a text. */
class TokenizerProbeTest {

    private static final long SEED = 20261126L;
    private static final int COUNT = 300;

    @TempDir
    private Path directory;

    @Test
    void mutatedTokenizers() throws IOException, InterruptedException {
        List<byte[]> valid = List.of(
                wordPiece(),
                TokenizerFuzzTest.byteLevel(),
                TokenizerFuzzTest.unigram(),
                TokenizerFuzzTest.precompiled());
        for (int i = 0; i < valid.size(); i++) {
            Files.write(directory.resolve(i + ".json"), valid.get(i));
        }
        Path output = directory.resolve("output");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + directory.resolve("crash"),
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TokenizerProbe.class.getName(),
                        directory.toString(),
                        Long.toString(SEED),
                        Integer.toString(COUNT * Integer.getInteger("fuzz.factor", 1)))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = child.waitFor(60L * Integer.getInteger("fuzz.factor", 1), TimeUnit.SECONDS);
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended)
                    .as(() -> "ended in time; the last one was " + last() + "\n" + printed)
                    .isTrue();
            assertThat(child.exitValue())
                    .as(() -> "the last one was " + last() + "\n" + printed)
                    .isZero();
            assertFigures(printed);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static void assertFigures(String printed) {
        Matcher figures = Pattern.compile("accepted (\\d+) longest (\\d+)").matcher(printed);
        assertThat(figures.find()).as(printed).isTrue();
        // otherwise the mutations have no effect, or all are refused by the first check
        assertThat(Integer.parseInt(figures.group(1))).as(printed).isGreaterThan(COUNT / 20);
        assertThat(Long.parseLong(figures.group(2))).as("longest time in ms").isLessThan(10_000);
    }

    private String last() {
        try {
            return Files.readString(directory.resolve(TokenizerProbe.LAST));
        } catch (IOException e) {
            return "none: " + e;
        }
    }

    private static byte[] wordPiece() throws IOException {
        try (InputStream in = Fuzz.class.getResourceAsStream("tiny-tokenizer.json")) {
            return in.readAllBytes();
        }
    }
}
