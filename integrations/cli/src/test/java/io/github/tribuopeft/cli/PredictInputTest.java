package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard input, blank lines and words as input of {@code predict}. */
class PredictInputTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path classifier;
    private Path tagger;

    @BeforeEach
    void train() throws IOException {
        Path backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        classifier = train(backbone, "classification", "train.tsv", "label\ttext\ngood\ta film\nbad\ta song\n");
        tagger = train(backbone, "ner", "train.conll", "the\tO\ncity\tB-PLACE\n\na\tO\nriver\tB-PLACE\n");
    }

    private Path train(Path backbone, String task, String name, String data) throws IOException {
        Path model = folder.resolve(task + ".tribuo");
        Path file = Files.writeString(folder.resolve(name), data);
        Outcome outcome = run(
                "train",
                "--task",
                task,
                "--train",
                file,
                "--dev",
                file,
                "--epochs",
                1,
                "--backbone",
                backbone,
                "--output",
                model);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return model;
    }

    private static Outcome runWith(String input, Object... arguments) {
        return runWith(input.getBytes(StandardCharsets.UTF_8), arguments);
    }

    private static Outcome runWith(byte[] input, Object... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void blankLinesStayInTheirPlaces() throws IOException {
        for (Object[] arguments : List.of(
                new Object[] {"predict", "--model", classifier},
                new Object[] {"predict", "--model", classifier, "--input", "-"})) {
            Outcome outcome = runWith("a film\n\n \na söng\n", arguments);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            List<String> lines = outcome.out().lines().toList();
            assertThat(lines).hasSize(4);
            assertThat(lines.subList(1, 3)).containsOnly("");
            assertThat(JSON.readTree(lines.get(0)).get("text").asText()).isEqualTo("a film");
            assertThat(JSON.readTree(lines.get(3)).get("text").asText()).isEqualTo("a söng");
        }
        Path file = Files.writeString(folder.resolve("texts.txt"), "\na film\n");
        assertThat(run("predict", "--model", classifier, "--input", file).out()).matches("\\R\\{.*\\}\\R");
    }

    @Test
    void invalidStandardInput() {
        assertBadInput(runWith("\n \n", "predict", "--model", classifier), "standard input has no texts");
        assertBadInput(
                runWith(new byte[] {'a', (byte) 0xFF, '\n'}, "predict", "--model", classifier),
                "standard input is not in UTF-8");
    }

    @Test
    void wordsOfTaggedAndUntaggedFiles() throws IOException {
        Path tagged = Files.writeString(folder.resolve("a.conll"), "-DOCSTART- O\n\nthe O\nU.S. O\n\n\nriver O\n");
        Path untagged = Files.writeString(folder.resolve("b.CONLL"), "the\nU.S.\n\nriver");
        Path json = Files.writeString(
                folder.resolve("c.jsonl"), "{\"tokens\":[\"the\",\"U.S.\"]}\n\n{\"tokens\":[\"river\"]}\n");
        for (Path file : List.of(tagged, untagged, json)) {
            Outcome outcome = run("predict", "--model", tagger, "--input", file);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            List<String> lines = outcome.out().lines().toList();
            assertThat(lines).hasSize(2);
            JsonNode first = JSON.readTree(lines.get(0));
            assertThat(first.get("tokens").toString()).isEqualTo("[\"the\",\"U.S.\"]");
            assertThat(first.get("tags")).hasSize(2);
            assertThat(JSON.readTree(lines.get(1)).get("tokens").toString()).isEqualTo("[\"river\"]");
        }
    }

    @Test
    void invalidWords() throws IOException {
        Path words = Files.writeString(folder.resolve("a.conll"), "the\tO\n");
        assertBadInput(
                run("predict", "--model", classifier, "--input", words), "--input", "words, for models of task ner");
        for (String line : List.of("{\"tokens\":[]}", "{\"tokens\":\"a b\"}", "{\"text\":\"a\"}", "[1]")) {
            Path file = Files.writeString(folder.resolve("b.jsonl"), "{\"tokens\":[\"a\"]}\n" + line + "\n");
            assertBadInput(
                    run("predict", "--model", tagger, "--input", file), file + ":2", "a list of words for 'tokens'");
        }
        Path blank = Files.writeString(folder.resolve("c.jsonl"), "{\"tokens\":[\"a\",\" \"]}\n");
        assertBadInput(run("predict", "--model", tagger, "--input", blank), "word 2 is", "expected a string");
        Path empty = Files.writeString(folder.resolve("d.conll"), "\n\n");
        assertBadInput(run("predict", "--model", tagger, "--input", empty), "the file has no sentences");
    }
}
