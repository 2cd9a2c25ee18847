package io.github.tribuopeft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestIntentsTest {

    @TempDir
    private Path folder;

    @Test
    void trainsSavesAndPredicts() throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Path model = folder.resolve("requests.tribuo");
            RequestIntents.main(new String[] {"data/requests", model.toString(), "3"});
            assertThat(Files.size(model)).isLessThan(1_000_000);
        } finally {
            System.setOut(before);
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(accuracy(lines.get(1))).as("the prefix beats chance by far").isGreaterThan(0.4);
        assertThat(lines.get(2)).contains("_"); // one of the intents
    }

    private static double accuracy(String line) {
        return Double.parseDouble(line.substring(line.indexOf(':') + 1).strip());
    }
}
