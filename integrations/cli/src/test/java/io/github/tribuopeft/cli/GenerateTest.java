package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts from the command line, of a tiny Llama with random weights. */
class GenerateTest {

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void train() throws IOException {
        model = folder.resolve("model.tribuo");
        Path data = Files.writeString(
                folder.resolve("replies.jsonl"), "{\"prompt\":\"the film is \",\"reply\":\"good\"}\n".repeat(4));
        Path backbone = GoldenFiles.own().resolve("llama").resolve("model");
        Outcome outcome = run(
                "train",
                "--task",
                "generation",
                "--train",
                data,
                "--backbone",
                backbone,
                "--epochs",
                1,
                "--output",
                model);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private Outcome generate(Object... more) {
        Object[] arguments = new Object[more.length + 5];
        System.arraycopy(more, 0, arguments, 5, more.length);
        arguments[0] = "generate";
        arguments[1] = "--model";
        arguments[2] = model;
        arguments[3] = "--max-tokens";
        arguments[4] = 8;
        return run(arguments);
    }

    private static JsonNode json(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void onePromptIsOneLine() throws IOException {
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "the film\na song\n");
        Outcome outcome = generate("--input", prompts);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines()).hasSize(2);
        JsonNode second = json(outcome.out().lines().toList().get(1));
        assertThat(second.get("prompt").asText()).isEqualTo("a song");
        assertThat(second.get("tokens").asInt()).isBetween(1, 8);
        assertThat(second.get("finish").asText()).isIn("length", "stop");
        assertThat(outcome.err()).contains("new tokens, ");
    }

    @Test
    void batchesKeepTheOrderAndTheTexts() throws IOException {
        Path prompts = Files.writeString(folder.resolve("several.txt"), "the film\na song\nit is a long way\ngood\n");
        Outcome batch = generate("--input", prompts, "--batch-size", 3);
        assertThat(batch.code()).as(batch.err()).isZero();
        assertThat(batch.out().lines()).hasSize(4);
        assertThat(batch.out())
                .isEqualTo(generate("--input", prompts, "--batch-size", 1).out());
    }

    @Test
    void equalSeedsGiveEqualTexts() {
        Object[] sampled = {"--prompt", "the film", "--temperature", 1.5, "--seed", 3};
        assertThat(generate(sampled).out()).isEqualTo(generate(sampled).out());
        sampled[5] = 4;
        assertThat(generate(sampled).out())
                .isNotEqualTo(generate("--prompt", "the film", "--temperature", 1.5, "--seed", 3)
                        .out());
    }

    @Test
    void streamedTextIsTheText() throws IOException {
        String text = json(generate("--prompt", "the film").out()).get("text").asText();
        assertThat(generate("--prompt", "the film", "--stream").out()).isEqualTo(text + System.lineSeparator());
    }

    @Test
    void wrongInput() {
        assertBadInput(generate("--prompt", "a", "--top-p", 2), "topP must be in (0, 1], but is 2.0");
        assertBadInput(
                generate("--prompt", "a", "--batch-size", 0),
                "--batch-size: expected a number of texts, at least 1, but found 0");
        assertBadInput(
                run("generate", "--model", model, "--prompt", "a", "--max-tokens", 100_000),
                "with 100000 new tokens is too long");
    }
}
