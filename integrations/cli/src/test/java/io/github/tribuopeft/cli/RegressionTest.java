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

/** Regression on the command line. */
class RegressionTest {

    private static final String HEADER = "label\ttext\n";
    private static final String ROWS = "4.5\ta fine film\n1\tthe song was awful\n3\tthe new film\n";
    private static final String NAMED_ROWS =
            "valence=0.9, length=3\ta fine film\nlength=4,valence=0.1\tthe song was awful\n";

    @TempDir
    private Path folder;

    private Path backbone;
    private Path model;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        model = folder.resolve("model.tribuo");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), HEADER + content);
    }

    private Outcome train(Path data, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--task", "regression", "--train", data));
        arguments.addAll(List.of("--backbone", backbone, "--method", "linear-probe", "--output", model));
        arguments.addAll(List.of("--set", "training.headLearningRate=0.1", "--set", "head.dropout=0"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void trainEvaluatePredict() throws IOException {
        Path texts = file("texts.tsv", ROWS.repeat(6));
        Path metrics = folder.resolve("metrics.json");
        Path card = folder.resolve("card.json");
        Outcome trained = train(texts, "--dev", texts, "--epochs", 60);
        assertThat(trained.code()).as(trained.err()).isZero();
        Outcome evaluated = run("evaluate", "--model", model, "--data", texts, "--json", metrics, "--card", card);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode json = json(metrics);
        assertThat(json.get("task").asText()).isEqualTo("regression");
        assertThat(json.get("examples").asInt()).isEqualTo(18);
        assertThat(json.get("rmse").asDouble()).isLessThan(0.3);
        assertThat(json.get("mae").asDouble())
                .isLessThanOrEqualTo(json.get("rmse").asDouble());
        assertThat(json.get("r2").asDouble()).isBetween(0.9, 1.0);
        assertThat(json.get("dimensions").get("DIM-0").get("rmse")).isEqualTo(json.get("rmse"));
        assertThat(json(card).get("TestingDetails").get("metrics").get("RMSE").asDouble())
                .isEqualTo(json.get("rmse").asDouble());

        Outcome predicted = run("predict", "--model", model, "--text", "a fine film", "the song was awful");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        List<String> lines = predicted.out().lines().toList();
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("text").asText()).isEqualTo("a fine film");
        assertThat(first.get("value").asDouble()).isCloseTo(4.5, offset(0.6));
        assertThat(new ObjectMapper().readTree(lines.get(1)).get("value").asDouble())
                .isCloseTo(1, offset(0.6));

        Path one = file("one.tsv", "4.5\ta fine film\n");
        assertThat(run("evaluate", "--model", model, "--data", one, "--json", metrics)
                        .code())
                .isZero();
        assertThat(json(metrics).get("r2").isNull()).as("R2 of equal values").isTrue();
    }

    @Test
    void namedDimensions() throws IOException {
        Path texts = file("texts.tsv", NAMED_ROWS.repeat(6));
        Path metrics = folder.resolve("metrics.json");
        Outcome trained = train(texts, "--dev", texts, "--epochs", 60);
        assertThat(trained.code()).as(trained.err()).isZero();
        Outcome evaluated = run("evaluate", "--model", model, "--data", texts, "--json", metrics);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode json = json(metrics);
        double length = json.get("dimensions").get("length").get("rmse").asDouble();
        double valence = json.get("dimensions").get("valence").get("rmse").asDouble();
        assertThat(json.get("rmse").asDouble()).isCloseTo((length + valence) / 2, offset(1e-9));
        Outcome predicted = run("predict", "--model", model, "--text", "a fine film");
        JsonNode values = new ObjectMapper().readTree(predicted.out()).get("values");
        assertThat(values.get("length").asDouble()).isCloseTo(3, offset(0.4));
        assertThat(values.get("valence").asDouble()).isCloseTo(0.9, offset(0.4));
    }

    @Test
    void invalidData() throws IOException {
        assertBadInput(train(file("a.tsv", "3\tx\nhigh\ty\n")), "a.tsv:3: the label 'high' is not a finite number");
        assertBadInput(train(file("b.tsv", "NaN\tx\n")), "b.tsv:2: the label 'NaN' is not a finite number");
        assertBadInput(train(file("c.tsv", "\tx\n")), "c.tsv:2: the label is blank");
        assertBadInput(
                train(file("d.tsv", "a=1,b=2\tx\na=1\ty\n")),
                "d.tsv:3: the label 'a=1' has the dimensions [a]; expected [a, b]");
        Path texts = file("texts.tsv", ROWS);
        assertThat(train(texts, "--dev", texts, "--epochs", 1).code()).isZero();
        assertBadInput(
                run("evaluate", "--model", model, "--data", file("e.tsv", "a=1\tx\n")),
                "e.tsv:2: the label 'a=1' has the dimensions [a]; expected [DIM-0]");
    }

    @Test
    void comparison() throws IOException {
        Path texts = file("texts.tsv", NAMED_ROWS.repeat(6));
        Path report = folder.resolve("report");
        Outcome outcome = run(
                "compare",
                "--task",
                "regression",
                "--train",
                texts,
                "--dev",
                texts,
                "--test",
                texts,
                "--backbone",
                backbone,
                "--methods",
                "linear-probe,tribuo-linear,mean",
                "--seeds",
                2,
                "--epochs",
                1,
                "--train-sizes",
                "4,all",
                "--report",
                report);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode cells = json(report.resolve("results.json")).get("cells");
        assertThat(cells).hasSize(2 * 2 * 3);
        JsonNode mean = cells.get(5);
        assertThat(mean.get("key").get("contestant").asText()).isEqualTo("mean");
        assertThat(mean.get("metrics").get("RMSE of length").asDouble()).isEqualTo(0.5);
        assertThat(mean.get("metrics").get("RMSE of valence").asDouble()).isCloseTo(0.4, offset(1e-9));
        assertThat(mean.get("metrics").get("R²").asDouble()).isCloseTo(0, offset(1e-9));
        assertThat(mean.get("costs").get("trainableValues").asInt()).isEqualTo(2);
        assertThat(cells.get(4).get("metrics").get("RMSE").asDouble())
                .as("Tribuo's linear regression on words")
                .isLessThan(0.2);
        assertThat(report.resolve("report.html"))
                .content()
                .contains("Comparison · regression", "RMSE of valence", "gold length");
        Path invalid = file("invalid.tsv", "a=1\tx\n");
        assertBadInput(
                run(
                        "compare",
                        "--task",
                        "regression",
                        "--train",
                        texts,
                        "--test",
                        invalid,
                        "--backbone",
                        backbone,
                        "--methods",
                        "mean",
                        "--report",
                        folder.resolve("other")),
                "invalid.tsv:2: the label 'a=1' has the dimensions [a]; expected [length, valence]");
    }

    @Test
    void evaluationReport() throws IOException {
        Path texts = file("texts.tsv", ROWS.repeat(6));
        assertThat(train(texts, "--dev", texts, "--epochs", 2).code()).isZero();
        Path report = folder.resolve("report.html");
        Outcome evaluated = run("evaluate", "--model", model, "--data", texts, "--report", report);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(report).content().contains("regression", "RMSE", "gold value", "largest errors in 18 test items");
    }
}
