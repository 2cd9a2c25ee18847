package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the {@code few-shot} command. */
class FewShotTest {

    @TempDir
    private Path folder;

    private Path texts;
    private Path backbone;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        StringBuilder rows = new StringBuilder("label\ttext\n");
        for (int i = 0; i < 8; i++) {
            rows.append("good\ta fine film number " + i + "\nbad\tthe song was awful " + i + "\n");
        }
        texts = Files.writeString(folder.resolve("texts.tsv"), rows);
    }

    private Outcome fewShot(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "few-shot",
                "--train",
                texts,
                "--test",
                texts,
                "--backbone",
                backbone,
                "--report",
                folder.resolve("report")));
        arguments.addAll(List.of(more));
        return PeftTest.run(arguments.toArray());
    }

    private JsonNode results() throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("report").resolve("results.json").toFile());
    }

    @Test
    void comparesAndResumes() throws IOException {
        Outcome first = fewShot("--shots", "2,4", "--epochs", 1, "--seeds", 1);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).contains("12 models to train");
        Outcome second = fewShot("--shots", "2,4", "--epochs", 1, "--seeds", 2);
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.err()).contains("24 models to train, 12 of them finished");
        assertThat(results().get("cells").findValuesAsText("trainingSize")).contains("4", "8");
        assertThat(folder.resolve("report").resolve("report.html"))
                .content()
                .contains("zero-shot", "prototypes", "samples of 2 per label", "samples of 4 per label");
    }

    @Test
    void descriptionsReplaceTheNamesOfLabels() throws IOException {
        Path descriptions =
                Files.writeString(folder.resolve("labels.tsv"), "label\ttext\ngood\ta fine film\nbad\tawful\n");
        Outcome outcome = fewShot("--shots", 2, "--seeds", 1, "--methods", "zero-shot", "--descriptions", descriptions);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(results().get("contestants").get(0).get("settings").asText()).contains("a fine film");
    }

    @Test
    void badUsage() {
        assertBadInput(fewShot("--shots", 0), "--shots: expected at least 1, but found 0");
        assertBadInput(fewShot("--seeds", 0), "--seeds", "0");
        assertBadInput(
                fewShot("--shots", 9, "--methods", "prototypes"),
                "--shots",
                "Label 'bad' has 8 examples",
                "at least 9");
    }
}
