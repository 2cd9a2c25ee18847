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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the {@code compare} command. */
class CompareTest {

    @TempDir
    private Path folder;

    private Path texts;
    private Path notes;
    private Path backbone;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        StringBuilder rows = new StringBuilder("label\ttext\n");
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            rows.append("good\ta fine film number " + i + "\nbad\tthe song was awful " + i + "\n");
            words.append("Ann\tB-PER\nsang\tO\n\nin\tO\nParis\tB-LOC\n\n");
        }
        texts = Files.writeString(folder.resolve("texts.tsv"), rows);
        notes = Files.writeString(folder.resolve("notes.conll"), words);
    }

    private Outcome compare(String task, Path data, String report, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "compare",
                "--task",
                task,
                "--train",
                data,
                "--dev",
                data,
                "--test",
                data,
                "--backbone",
                backbone,
                "--epochs",
                1,
                "--report",
                folder.resolve(report)));
        arguments.addAll(List.of(more));
        return PeftTest.run(arguments.toArray());
    }

    private JsonNode results(String report) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve(report).resolve("results.json").toFile());
    }

    private static List<String> scores(JsonNode results) {
        return StreamSupport.stream(results.get("cells").spliterator(), false)
                .map(cell -> cell.get("key") + " " + cell.get("metrics") + " " + cell.get("predictions"))
                .toList();
    }

    @Test
    void finishedTrainingsOfClassifiersAreKept() throws IOException {
        Object[] all = {"--methods", "linear-probe,prefix-tuning,lora,tribuo-linear", "--note", "Written by a test."};
        Outcome first = compare("classification", texts, "report", all, 1);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).contains("4 models to train");
        Outcome second = compare("classification", texts, "report", all, 2);
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.err()).contains("8 models to train, 4 of them finished");
        Outcome atOnce = compare("classification", texts, "other", all, 2);
        assertThat(atOnce.code()).as(atOnce.err()).isZero();
        assertThat(scores(results("report"))).hasSize(8).isEqualTo(scores(results("other")));
        assertThat(folder.resolve("report").resolve("report.html"))
                .content()
                .contains(
                        "Comparison · classification",
                        "Written by a test.",
                        "prefix-tuning",
                        "Paired permutation test");
        assertThat(folder.resolve("report").resolve("report.md")).content().contains("| lora");
        assertThat(Files.readAllLines(folder.resolve("report").resolve("results.csv")))
                .hasSize(1 + 8);
    }

    private Outcome compare(String task, Path data, String report, Object[] all, int seeds) {
        List<Object> arguments = new ArrayList<>(List.of(all));
        arguments.addAll(List.of("--seeds", seeds));
        return compare(task, data, report, arguments.toArray());
    }

    @Test
    void taggersWithSweepsAndTrainSizes() throws IOException {
        Outcome outcome = compare(
                "ner",
                notes,
                "report",
                "--methods",
                "prompt-tuning,bitfit,tribuo-crf",
                "--seeds",
                1,
                "--sweep",
                "virtual-tokens=1,3",
                "--train-sizes",
                "8,all");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> names = new ArrayList<>();
        results("report")
                .get("contestants")
                .forEach(contestant -> names.add(contestant.get("name").asText()));
        assertThat(names)
                .containsExactly(
                        "prompt-tuning virtual-tokens=1", "prompt-tuning virtual-tokens=3", "bitfit", "tribuo-crf");
        assertThat(results("report").get("cells")).hasSize(2 * 4);
    }

    /** The output is a sentence, one line for each candidate, and the path of the report. */
    @Test
    void printsAShortTable() {
        Outcome outcome =
                compare("classification", texts, "report", "--methods", "linear-probe,lora,majority", "--seeds", 2);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> lines = outcome.out().strip().lines().toList();
        assertThat(lines).hasSize(8);
        assertThat(lines.get(2)).startsWith("candidate").contains("accuracy", "parameters");
        assertThat(lines.get(5)).matches("majority +50\\.0 +50\\.0-50\\.0 +\\d+\\.\\d +0");
        assertThat(lines.get(7)).startsWith("Report: ").endsWith("report.html");
        assertThat(outcome.out()).doesNotContain("&", "|", "\u00a0");
    }

    /** Each model is trained in its own process; other results are those of a comparison in one process. */
    @Test
    void measuresPeakMemoryInProcessesOfTheirOwn() throws IOException {
        Object[] options = {"--methods", "linear-probe,majority", "--seeds", 1};
        assertThat(compare("classification", texts, "one", options).code()).isZero();
        assertThat(results("one").findValuesAsText("peakMemoryBytes")).containsExactly("-1", "-1");
        assertThat(folder.resolve("one").resolve("report.html")).content().doesNotContain("peak memory<");
        Object[] measured = {"--methods", "linear-probe,majority", "--seeds", 1, "--measure-memory"};
        Outcome outcome = compare("classification", texts, "one", measured);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("2 models to train");
        JsonNode cells = results("one").get("cells");
        assertThat(cells.get(0).get("costs").get("peakMemoryBytes").asLong())
                .isGreaterThan(cells.get(1).get("costs").get("peakMemoryBytes").asLong())
                .isBetween(50_000_000L, 4_000_000_000L);
        assertThat(compare("classification", texts, "two", options).code()).isZero();
        assertThat(scores(results("one"))).isEqualTo(scores(results("two")));
        assertThat(folder.resolve("one").resolve("report.html")).content().contains("peak memory<");
    }

    @Test
    void badUsage() {
        assertBadInput(compare("classification", texts, "report", "--methods", "magic"), "magic", "lora");
        assertBadInput(compare("classification", texts, "report", "--methods", "lora", "--seeds", 0), "--seeds", "0");
        assertBadInput(
                compare("classification", texts, "report", "--methods", "lora", "--seeds", Integer.MAX_VALUE),
                "--seeds: expected at most 1000, but found 2147483647");
        assertBadInput(
                compare("classification", texts, "report", "--methods", "lora", "--train-sizes", "some"),
                "--train-sizes",
                "'some'");
        assertBadInput(
                compare("classification", texts, "report", "--methods", "lora", "--train-sizes", "500"), "500", "16");
        assertBadInput(
                compare("classification", texts, "report", "--methods", "lora", "--sweep", "rank"),
                "--sweep",
                "'rank'");
        assertBadInput(compare("classification", texts, "report", "--methods", "lora,lora"), "lora", "twice");
        assertBadInput(compare("ner", notes, "report", "--methods", "tribuo-linear"), "tribuo-linear");
    }
}
