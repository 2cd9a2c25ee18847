package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Named entity recognition on the command line, and its error messages. */
class NerTest {

    @TempDir
    private Path folder;

    private Path backbone;
    private Path sentences;
    private Path model;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        model = folder.resolve("tagger.tribuo");
        sentences = file(
                "train.conll", String.join("", Collections.nCopies(8, "the\tO\nnew\tB-WORK\nfilm\tI-WORK\nis\tO\n\n")));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Outcome train(Path data, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--task", "ner", "--train", data));
        arguments.addAll(List.of("--backbone", backbone, "--method", "linear-probe", "--output", model));
        arguments.addAll(List.of("--set", "training.headLearningRate=0.1"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    private Outcome evaluate(Path data) {
        return run("evaluate", "--model", model, "--data", data);
    }

    private Path trained() {
        Outcome outcome = train(sentences, "--epochs", 20);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return model;
    }

    private Path classifier() throws IOException {
        Path other = folder.resolve("classifier.tribuo");
        Path texts = file("texts.tsv", "label\ttext\n" + "good\ta fine film\nbad\tan awful song\n".repeat(2));
        Outcome outcome =
                run("train", "--train", texts, "--backbone", backbone, "--method", "linear-probe", "--output", other);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return other;
    }

    @Test
    void trainEvaluatePredict() throws IOException {
        trained();
        Path metrics = folder.resolve("metrics.json");
        Path report = folder.resolve("report.html");
        Outcome evaluated =
                run("evaluate", "--model", model, "--data", sentences, "--json", metrics, "--report", report);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(report).content().contains("Evaluation · ner", "span F1", "no entities", "entity type");
        assertThat(new ObjectMapper().readTree(metrics.toFile()).get("spanF1").asDouble())
                .isEqualTo(1.0);
        Outcome predicted = run("predict", "--model", model, "--text", "the new  film is", "the");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        assertThat(predicted.out().lines()).hasSize(2);
        JsonNode line =
                new ObjectMapper().readTree(predicted.out().lines().findFirst().orElseThrow());
        assertThat(line.get("tags")).extracting(JsonNode::asText).containsExactly("O", "B-WORK", "I-WORK", "O");
        JsonNode entity = line.get("entities").get(0);
        assertThat(entity.get("text").asText()).isEqualTo("new  film");
        assertThat(entity.get("charStart").asInt()).isEqualTo(4);
        assertThat(entity.get("score").asDouble()).isBetween(0.25, 1.0);
    }

    /** PEFT's files do not contain the names of labels. */
    @Test
    void adapterWithoutTagNames() throws IOException {
        Outcome trained = train(sentences, "--method", "lora", "--epochs", 1);
        assertThat(trained.code()).as(trained.err()).isZero();
        Path adapter = folder.resolve("adapter");
        assertThat(run("export", "--model", model, "--to", adapter).code()).isZero();
        withoutMetadata(adapter.resolve("adapter_model.safetensors"));
        Path imported = folder.resolve("imported.tribuo");
        Object[] command = {"import", "--from", adapter, "--backbone", backbone, "--output", imported};
        assertBadInput(run(command), "--labels", "LABEL_0, LABEL_1, LABEL_2", "O,B-PER,I-PER");
        assertBadInput(run(with(command, "O,B-WORK,WORK")), "--labels", "O, B-WORK, WORK");
        assertBadInput(run(with(command, "O,,B-WORK")), "--labels: label 2", "is blank");
        assertThat(imported).doesNotExist();
        List<String> names;
        try (PeftSequenceModel original = PeftSequenceModel.load(model)) {
            names = original.labels();
        }
        Outcome named = run(with(command, String.join(" , ", names)));
        assertThat(named.code()).as(named.err()).isZero();
        assertThat(named.out()).contains("labels " + String.join(", ", names));
        assertThat(run("predict", "--model", imported, "--text", "the new film").out())
                .isEqualTo(run("predict", "--model", model, "--text", "the new film")
                        .out());
    }

    private static Object[] with(Object[] command, String labels) {
        return Stream.concat(Arrays.stream(command), Stream.of("--labels", labels))
                .toArray();
    }

    private static void withoutMetadata(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[Math.toIntExact(all.getLong())];
        all.get(header);
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(header);
        json.remove("__metadata__");
        byte[] shorter = Arrays.copyOf(new ObjectMapper().writeValueAsBytes(json), header.length);
        for (int i = shorter.length - 1; shorter[i] == 0; i--) {
            shorter[i] = ' ';
        }
        Files.write(file, all.position(Long.BYTES).put(shorter).array());
    }

    @Test
    void invalidFiles() throws IOException {
        Path noTag = file("a.conll", "the\tO\nnew\tB-WORK\nfilm\n");
        assertBadInput(train(noTag), "a.conll:3: expected a word and its tag, but found 'film'");
        assertBadInput(train(sentences, "--dev", noTag), "a.conll:3:");
        assertBadInput(
                train(file("b.conll", "the\tO\nnew\tWORK\n")),
                "b.conll:2: 'WORK' is not a valid tag; expected O, or B-, I-, E- or S- and a type");
        assertBadInput(
                train(file("c.conll", "the\tO\nnew\tJJ\tO\n")),
                "c.conll:2: found 3 columns, but the lines before have 2");
        assertBadInput(
                train(file("d.conll", "")),
                "d.conll: the file has no sentences; expected a word and a tag in each line");
        trained();
        assertBadInput(evaluate(noTag), "a.conll:3:");
    }

    @Test
    void longSentences() throws IOException {
        String words = "the\tO\nnew\tB-WORK\nfilm\tI-WORK\nis\tO\n".repeat(1250);
        Path data = file("long.conll", words + "\n" + words);
        Outcome trained = train(data, "--set", "trainer.developmentFraction=0", "--epochs", 5);
        assertThat(trained.code()).as(trained.err()).isZero();
        Outcome evaluated = evaluate(data);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).containsPattern("WORK +2500 +2[45]\\d\\d ");
        Outcome predicted = run("predict", "--model", model, "--text", "film ".repeat(5000));
        assertThat(predicted.code()).as(predicted.err()).isZero();
        assertThat(new ObjectMapper().readTree(predicted.out()).get("tags")).hasSize(5000);
    }

    @Test
    void controlCharacters() throws IOException {
        assertBadInput(
                train(file("a.conll", "\u0001\tO\n\u0002\tB-WORK\n"), "--dev", sentences),
                "nothing to learn from",
                "the tokenizer converts no word of the training data to tokens");
        trained();
        Outcome predicted = run("predict", "--model", model, "--text", "\u0001 \u0002");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        assertThat(predicted.out()).contains("\"tags\":[\"O\",\"O\"]");
        Outcome evaluated = evaluate(file("b.conll", "\u0001\tO\n\u0002\tB-WORK\n"));
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).containsPattern("WORK +1 +0 +0 ");
    }

    @Test
    void unknownTags() throws IOException {
        trained();
        assertBadInput(
                evaluate(file("a.conll", "the\tO\nB-PLACE\tO\ncity\tB-PLACE\n")),
                "a.conll:3: entity type 'PLACE' does not occur in the training data; expected one of [WORK]");
        Outcome outcome = train(file("b.conll", "the\tO\nfilm\tB-WORK\n\nthe\tO\nfilm\tB-WORK\n"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        Outcome evaluated = evaluate(sentences);
        assertThat(evaluated.code())
                .as("I-WORK is a new tag of a known type: %s", evaluated.err())
                .isZero();
    }

    @Test
    void filesOfTheOtherTask() throws IOException {
        Path classifier = classifier();
        Path texts = folder.resolve("texts.tsv");
        trained();
        assertBadInput(evaluate(texts), "texts.tsv: --task ner expects tagged words in a .conll file");
        assertBadInput(train(texts), "texts.tsv: --task ner expects tagged words");
        String tagged = "train.conll: a .conll file contains tagged words, for --task ner; expected a .tsv, .csv or";
        assertBadInput(run("evaluate", "--model", classifier, "--data", sentences), tagged);
        assertBadInput(train(sentences, "--task", "classification"), tagged);
        assertBadInput(
                run("predict", "--model", classifier, "--input", sentences),
                "--input: the file contains words, for models of task ner; expected texts in a .txt");
    }

    @Test
    void blankTexts() throws IOException {
        for (Path trained : List.of(trained(), classifier())) {
            assertBadInput(
                    run("predict", "--model", trained, "--text", "film", " \t"), "--text: text 2 is blank; expected");
            assertBadInput(
                    run("predict", "--model", trained, "--input", file("a.txt", " \n\n")),
                    "a.txt: the file has no texts; expected one text in each line");
        }
        assertBadInput(
                run("predict", "--model", model, "--input", folder.resolve("none.txt")),
                "none.txt: there is no such file");
    }
}
