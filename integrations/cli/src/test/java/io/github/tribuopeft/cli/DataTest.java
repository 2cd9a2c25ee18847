package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data files and settings that are invalid or have no effect are rejected. */
class DataTest {

    private static final String ROWS = "good\ta fine film\nbad\tthe song was awful\n";
    private static final String WORDS = "Ann\tB-PER\nsang\tO\n\n";

    @TempDir
    private Path folder;

    private Path backbone;
    private Path model;
    private Path texts;
    private Path notes;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        model = folder.resolve("model.tribuo");
        texts = file("texts.tsv", "label\ttext\n" + ROWS.repeat(4));
        notes = file("notes.conll", WORDS.repeat(4));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Outcome train(String task, Path data, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--task", task, "--train", data, "--epochs", 1));
        arguments.addAll(List.of("--backbone", backbone, "--method", "linear-probe", "--output", model));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    private Outcome compare(String task, Path data, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("compare", "--task", task, "--train", data, "--seeds", 1));
        arguments.addAll(List.of("--backbone", backbone, "--report", folder.resolve("report")));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    @Test
    void unknownLabels() throws IOException {
        Path ugly = file("ugly.tsv", "label\ttext\n" + ROWS + "ugly\ta play\n");
        String message = "ugly.tsv:4: label 'ugly' does not occur in the training data; expected one of [bad, good]";
        assertBadInput(train("classification", texts, "--dev", ugly), message);
        assertThat(model).doesNotExist();
        assertBadInput(compare("classification", texts, "--methods", "linear-probe", "--test", ugly), message);
        assertBadInput(
                compare("classification", texts, "--methods", "linear-probe", "--test", texts, "--dev", ugly), message);
        assertThat(train("classification", texts, "--dev", texts).code()).isZero();
        assertBadInput(run("evaluate", "--model", model, "--data", ugly), message);
    }

    @Test
    void unknownEntityTypes() throws IOException {
        Path places = file("places.conll", WORDS + "in\tO\nParis\tS-LOC\n");
        String message = "places.conll:5: entity type 'LOC' does not occur in the training data; expected one of [PER]";
        assertBadInput(train("ner", notes, "--dev", places), message);
        assertThat(model).doesNotExist();
        assertBadInput(compare("ner", notes, "--methods", "linear-probe", "--test", places), message);
        assertBadInput(compare("ner", notes, "--methods", "linear-probe", "--test", notes, "--dev", places), message);
        assertThat(train("ner", notes, "--dev", notes).code()).isZero();
        assertBadInput(run("evaluate", "--model", model, "--data", places), message);
    }

    @Test
    void whitespaceInLabelsAndTags() throws IOException {
        assertThat(train("classification", texts).code()).isZero();
        assertThat(run("evaluate", "--model", model, "--data", file("a.tsv", "label\ttext\n good \tx\n"))
                        .code())
                .isZero();
        String message = "contains U+00A0 (NO-BREAK SPACE), which is not visible; remove it or replace it with a space";
        Path label = file("b.tsv", "label\ttext\ngood\u00a0\tx\n");
        assertBadInput(
                run("evaluate", "--model", model, "--data", label), "b.tsv:2: the label 'good<U+00A0>' " + message);
        assertBadInput(train("classification", label), "b.tsv:2:", message);
        assertBadInput(train("ner", file("b.conll", "Ann\tB-PER\u00a0\nsang\tO\n")), "b.conll:1:", message);
        assertBadInput(
                run("predict", "--model", model, "--input", file("c.tsv", "text\nx\n\u200b\n")),
                "c.tsv:3: the text is blank");
        assertBadInput(run("predict", "--model", model, "--text", "x", "\u200b\u00a0"), "--text: text 2 is blank");
        assertBadInput(
                run("predict", "--model", model, "--text", "a film", "--outptu", "x"),
                "--text: '--outptu' is not an option of predict");
    }

    /** Terminal, JSON, card and report have the same macro F1, also if a label of the model is not in the data. */
    @Test
    void macroF1IsTheSameEverywhere() throws IOException {
        Path three = file("three.tsv", "label\ttext\n" + (ROWS + "fair\tso so\n").repeat(4));
        assertThat(train("classification", three).code()).isZero();
        Path json = folder.resolve("metrics.json");
        Path card = folder.resolve("card.json");
        Path report = folder.resolve("report.html");
        Path one = file("one.tsv", "label\ttext\n" + "fair\tso so\n".repeat(3));
        Outcome evaluated =
                run("evaluate", "--model", model, "--data", one, "--json", json, "--card", card, "--report", report);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode metrics = new ObjectMapper().readTree(json.toFile());
        double macro = metrics.get("macroF1").asDouble();
        long recognized = metrics.get("labels").properties().stream()
                .map(Map.Entry::getValue)
                .filter(label -> label.get("f1").asDouble() > 0)
                .count();
        assertThat(recognized).as("only 'fair' can be right").isLessThanOrEqualTo(1);
        assertThat(evaluated.out()).contains(String.format(Locale.ROOT, "macro F1 %.4f", macro));
        assertThat(new ObjectMapper()
                        .readTree(card.toFile())
                        .get("TestingDetails")
                        .get("metrics")
                        .get("macro F1")
                        .asDouble())
                .isEqualTo(macro);
        assertThat(report).content().contains("macro F1");
    }

    @Test
    void sweepsWithoutEffect() throws IOException {
        Object[] methods = {"--methods", "bitfit,prompt-tuning,tribuo-linear", "--test", texts, "--epochs", 1};
        assertBadInput(
                compare("classification", texts, with(methods, "--sweep", "foo=1,2")),
                "--sweep foo: none of [bitfit, prompt-tuning, tribuo-linear] has this setting; expected one of [",
                "learning-rate",
                "virtual-tokens");
        assertBadInput(
                compare("classification", texts, with(methods, "--sweep", "trainer.foo=1,2")), "trainer.foo: none");
        assertBadInput(
                compare("classification", texts, with(methods, "--sweep", "virtual-tokens=1,")), "after each comma");
        assertBadInput(
                compare("classification", texts, with(methods, "--sweep", "epochs=1,2")),
                "--sweep epochs: --epochs also sets training.epochs; expected one");
        assertBadInput(
                compare("classification", texts, with(methods, "--sweep", "trainer.seed=1,2")),
                "--sweep trainer.seed: --seeds also sets trainer.seed; expected one");
        assertBadInput(
                compare("classification", texts, with(methods, "--set", "trainer.seed=1")),
                "--set trainer.seed=1: a comparison chooses the seeds; expected --seeds");
        assertBadInput(
                compare("classification", texts, "--methods", "tribuo-linear", "--test", texts, "--epochs", 1),
                "--epochs: tribuo-linear has no such settings, so this has no effect");
        assertThat(folder.resolve("report")).doesNotExist();
        Outcome some = compare("classification", texts, with(methods, "--sweep", "virtual-tokens=1,2"));
        assertThat(some.code()).as(some.err()).isZero();
        assertThat(some.err())
                .contains("peft: note: --sweep virtual-tokens applies to prompt-tuning; without this setting:"
                        + " bitfit, tribuo-linear");
    }

    private static Object[] with(Object[] some, Object... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
    }

    @Test
    void optionsWithoutEffect() throws IOException {
        assertBadInput(
                train("classification", texts, "--tag-scheme", "iob2"),
                "--tag-scheme is for .conll files and has no effect on " + texts);
        assertBadInput(
                train("ner", notes, "--text-column", "text"), "--text-column is for tables and has no effect on");
        assertThat(train("classification", texts).code()).isZero();
        assertBadInput(
                run("predict", "--model", model, "--input", file("a.txt", "x\n"), "--text-column", "body"),
                "--text-column is for tables");
        assertBadInput(
                run("predict", "--model", model, "--input", texts, "--label-column", "kind"),
                "--label-column is for labeled data");
    }

    @Test
    void dataLargerThanTheHeap() {
        assertThatThrownBy(() -> DataSize.requireFits(texts, 200L << 20, 3_000_000, 1200L << 20))
                .isInstanceOf(DataFileException.class)
                .hasMessage(texts
                        + ": the file has 200 MiB and 3,000,000 examples, too much for the Java heap of 1,200 MiB;"
                        + " set a larger heap, as in PEFT_JAVA_OPTS=-Xmx8g, or use a part of the file");
        assertThatCode(() -> DataSize.requireFits(texts, 200L << 20, 3_000_000, 1300L << 20))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> DataSize.read(texts, () -> 0, () -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(texts + ": the file has 1 MiB, too much for the Java heap of ");
    }
}
