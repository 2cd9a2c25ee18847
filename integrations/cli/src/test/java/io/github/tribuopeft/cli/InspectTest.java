package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inspection of virtual tokens on the command line. */
class InspectTest {

    @TempDir
    private Path folder;

    private Path texts;
    private Path model;
    private Path report;

    @BeforeEach
    void files() throws IOException {
        texts = Files.writeString(folder.resolve("texts.tsv"), "label\ttext\ngood\ta film\nbad\ta new song\n");
        model = folder.resolve("model.tribuo");
        report = folder.resolve("report");
    }

    private void train(String method) throws IOException {
        Path backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        List<Object> arguments = List.of(
                "train",
                "--train",
                texts,
                "--dev",
                texts,
                "--epochs",
                1,
                "--backbone",
                backbone,
                "--method",
                method,
                "--output",
                model);
        Outcome outcome = run(arguments.toArray());
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private Outcome inspect() {
        return run("inspect", "--model", model, "--data", texts, "--report", report);
    }

    @Test
    void writesAPage() throws IOException {
        train("prefix-tuning");
        Outcome outcome = inspect();
        assertThat(outcome.code()).as(outcome.err()).isZero();
        String page = Files.readString(report.resolve("inspection.html"));
        assertThat(page)
                .contains(
                        "model.tribuo on texts.tsv", "2 texts", "head 0", "layer 1", "all virtual tokens", "token 19");
        assertThat(page)
                .contains(">good<", ">bad<", "<svg class=\"chart\"", "token 19: ")
                .doesNotContain("<script", "NaN");
    }

    @Test
    void explainsAPrediction() throws IOException {
        train("prompt-tuning");
        Outcome outcome =
                run("inspect", "--model", model, "--text", "a new song", "--report", report, "--other", model);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("a new song\n", "with probability", "leave-one-out", "Rank correlation");
        assertThat(Files.readString(report.resolve("inspection.html")))
                .contains(">song<", "random 19", "100 % of the nearest words are also nearest words of model.tribuo")
                .doesNotContain("Ablation", "NaN");
    }

    @Test
    void namesAMethodWithoutVirtualTokens() throws IOException {
        train("lora");
        assertBadInput(inspect(), "--model", "lora", "no virtual tokens", "prefix-tuning");
    }
}
