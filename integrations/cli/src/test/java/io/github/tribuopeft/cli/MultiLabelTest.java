package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

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

/** Multi-label classification on the command line. */
class MultiLabelTest {

    private static final String HEADER = "label\ttext\n";

    /** Texts with two labels, with one and with none. */
    private static final String ROWS = "film,good\ta fine film\nfilm\tthe new film\ngood , film\ta fine new film\n"
            + "good\ta fine song\n\tthe new song was long\n";

    @TempDir
    private Path folder;

    private Path backbone;
    private Path texts;
    private Path model;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        model = folder.resolve("model.tribuo");
        texts = file("texts.tsv", HEADER + ROWS.repeat(4));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Outcome train(Path data, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--task", "multi-label", "--train", data));
        arguments.addAll(List.of("--backbone", backbone, "--method", "linear-probe", "--output", model));
        arguments.addAll(List.of("--set", "training.headLearningRate=0.1", "--set", "head.dropout=0"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    private void trained(int epochs) {
        Outcome outcome = train(texts, "--dev", texts, "--epochs", epochs);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void trainEvaluatePredict() throws IOException {
        Path metrics = folder.resolve("metrics.json");
        Path card = folder.resolve("card.json");
        Outcome trained = train(texts, "--dev", texts, "--epochs", 80, "--json", metrics);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(json(metrics).get("task").asText()).isEqualTo("multi-label");
        assertThat(json(metrics).get("headParameters").asInt()).isEqualTo(2 * 16 + 2);

        Outcome evaluated = run("evaluate", "--model", model, "--data", texts, "--json", metrics, "--card", card);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode json = json(metrics);
        assertThat(json.get("task").asText()).isEqualTo("multi-label");
        assertThat(json.get("examples").asInt()).isEqualTo(20);
        assertThat(json.get("microF1").asDouble()).isEqualTo(1.0);
        assertThat(json.get("macroF1").asDouble()).isEqualTo(1.0);
        assertThat(json.get("subsetAccuracy").asDouble()).isEqualTo(1.0);
        assertThat(json.get("hammingLoss").asDouble()).isZero();
        assertThat(json.get("jaccard").asDouble()).isEqualTo(1.0);
        assertThat(json.get("labels").get("film").get("support").asInt()).isEqualTo(12);
        assertThat(evaluated.out()).contains("micro F1 1.0000", "film", "good");
        assertThat(json(card)
                        .get("TestingDetails")
                        .get("metrics")
                        .get("F1 of good")
                        .asDouble())
                .isEqualTo(1.0);

        Outcome predicted = run("predict", "--model", model, "--text", "a fine film", "the new song was long");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        List<String> lines = predicted.out().lines().toList();
        JsonNode both = new ObjectMapper().readTree(lines.get(0));
        assertThat(both.get("text").asText()).isEqualTo("a fine film");
        assertThat(both.get("labels")).extracting(JsonNode::asText).containsExactly("film", "good");
        assertThat(both.get("scores").get("film").asDouble()).isBetween(0.5, 1.0);
        JsonNode none = new ObjectMapper().readTree(lines.get(1));
        assertThat(none.get("labels")).isEmpty();
        assertThat(none.get("scores").get("film").asDouble()).isBetween(0.0, 0.5);
    }

    /** The metrics of a model that predicts the labels film and good for one text, and none for another. */
    @Test
    void metrics() throws IOException {
        trained(80);
        Path metrics = folder.resolve("metrics.json");
        Path data = file("test.tsv", HEADER + "film\ta fine film\n\tthe new song was long\n");
        Outcome evaluated = run("evaluate", "--model", model, "--data", data, "--json", metrics);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode json = json(metrics);
        assertThat(json.get("microF1").asDouble()).isCloseTo(2.0 / 3, offset(1e-9));
        assertThat(json.get("macroF1").asDouble()).isCloseTo(0.5, offset(1e-9));
        assertThat(json.get("subsetAccuracy").asDouble()).isEqualTo(0.5);
        assertThat(json.get("hammingLoss").asDouble()).isEqualTo(0.25);
        assertThat(json.get("jaccard").asDouble()).isEqualTo(0.75);
        JsonNode good = json.get("labels").get("good");
        assertThat(good.get("precision").asDouble()).isZero();
        assertThat(good.get("support").asInt()).isZero();
    }

    @Test
    void invalidData() throws IOException {
        assertBadInput(train(file("a.tsv", HEADER + "film,,good\tx\n")), "a.tsv:2: the label is blank");
        assertBadInput(train(file("b.tsv", HEADER + "film,go\u00a0od\tx\n")), "b.tsv:2:", "U+00A0");
        trained(1);
        Path unknown = file("c.tsv", HEADER + "film\tx\nfilm, play\ty\n");
        String message = "c.tsv:3: label 'play' does not occur in the training data; expected one of [film, good]";
        assertBadInput(run("evaluate", "--model", model, "--data", unknown), message);
        assertBadInput(train(texts, "--dev", unknown), message);
    }

    @Test
    void comparison() throws IOException {
        Path report = folder.resolve("report");
        Outcome outcome = run(
                "compare",
                "--task",
                "multi-label",
                "--train",
                texts,
                "--dev",
                texts,
                "--test",
                texts,
                "--backbone",
                backbone,
                "--methods",
                "linear-probe,tribuo-linear,majority",
                "--seeds",
                1,
                "--epochs",
                1,
                "--report",
                report);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode cells = json(report.resolve("results.json")).get("cells");
        assertThat(cells).hasSize(3);
        assertThat(cells.get(1).get("metrics").get("micro F1").asDouble())
                .as("words separate the training data, on which the model is tested")
                .isEqualTo(1.0);
        assertThat(cells.get(1).get("costs").get("trainableValues").asInt()).isPositive();
        assertThat(cells.get(2).get("metrics").get("exact match").asDouble()).isBetween(0.0, 0.9);
        assertThat(report.resolve("report.html")).content().contains("Comparison · multi-label", "exact match");
        assertBadInput(
                run(
                        "compare",
                        "--task",
                        "multi-label",
                        "--train",
                        texts,
                        "--test",
                        texts,
                        "--backbone",
                        backbone,
                        "--methods",
                        "mean",
                        "--report",
                        folder.resolve("other")),
                "--methods: ",
                "'mean'",
                "[tribuo-linear, majority]");
    }

    @Test
    void evaluationReport() throws IOException {
        trained(80);
        Path report = folder.resolve("report.html");
        Path data = file("test.tsv", HEADER + "film\ta fine film\n\tthe new song was long\n");
        Outcome evaluated = run("evaluate", "--model", model, "--data", data, "--report", report);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(report).content().contains("multi-label", "micro F1", "film<", "a fine film");
    }
}
