package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.testing.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.sequence.SequenceExample;

/**
 * Damaged data files. A file is either read completely or refused with its name and a line. To check that it is read
 * completely, all its characters are compared, except quotes, separators, line ends and the syntax of JSON.
 */
class HostileDataFileTest {

    private static final int CASES = 500;

    private static final String NAMES = "label,text";

    @TempDir
    private Path folder;

    /** Reads a file and returns its contents in the order of the file. */
    private interface Content {
        String of(Path file) throws IOException;
    }

    private void run(String name, List<String> valid, Content content) throws Exception {
        Path file = folder.resolve(name);
        Fuzz.run(
                new Fuzz.Target(
                        name,
                        CASES,
                        valid.stream()
                                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                                .toList(),
                        Set.of(DataFileException.class),
                        bytes -> {
                            Files.write(file, bytes);
                            try {
                                assertThat(content.of(file)).isNotEmpty();
                            } catch (DataFileException e) {
                                assertThat(e)
                                        .message()
                                        .matches("(?s)\\Q" + file + "\\E:(\\d+: .+| the file (is empty|has).+)")
                                        .doesNotContainPattern("\\p{Cc}");
                                throw e;
                            }
                        }),
                20261127);
    }

    private static List<TextTable.Row> rows(Path file) throws IOException {
        List<TextTable.Row> rows = TextTable.read(file, List.of(NAMES.split(",")));
        List<String> fromSource = new ArrayList<>();
        new TextFileSource<>(file, new LabelFactory(), new TextExampleExtractor<>(), "text", "label")
                .forEach(example -> fromSource.add(TextExampleExtractor.text(example)));
        assertThat(fromSource)
                .isEqualTo(rows.stream().map(row -> row.values().get(1)).toList());
        return rows;
    }

    /** Removes quotes, separators and line ends. */
    private static String significant(String text) {
        return text.replaceAll("[\", \t\r\n]", "");
    }

    @ParameterizedTest
    @CsvSource({"a.tsv, '\t'", "a.csv, ','"})
    void tables(String name, String separator) throws Exception {
        String header = "label" + separator + "text";
        String quotes = separator.equals(",") ? "\"two\nlines, \"\"quoted\"\"\"" : "two \"lines\", not quoted";
        List<String> valid = List.of(
                "label,text\nHUM,Who wrote \u00E9mile?\nNUM,How many?\n\nX,y\n".replace(",", separator),
                "\uFEFFlabel,text\r\n a b ,\u2028 z\r\nc,d".replace(",", separator),
                header + "\n1" + separator + quotes + "\n2" + separator + "z\n");
        run(name, valid, file -> {
            List<TextTable.Row> rows = rows(file);
            String raw = Files.readString(file);
            if (raw.startsWith(header) || raw.startsWith("\uFEFF" + header)) {
                String rest = raw.substring(raw.indexOf(header) + header.length());
                if (rest.startsWith("\n") || rest.startsWith("\r")) { // no other columns
                    assertThat(significant(rows.stream()
                                    .map(row ->
                                            row.values().get(0) + row.values().get(1))
                                    .collect(Collectors.joining())))
                            .isEqualTo(significant(rest));
                }
            }
            return rows.toString();
        });
    }

    @Test
    void jsonLines() throws Exception {
        run(
                "a.jsonl",
                List.of(
                        "{\"label\": \"HUM\", \"text\": \"Who wrote \\\"\u00E9mile\\\"?\"}\n"
                                + "{\"text\": \"y\\u00e9\", \"label\": 3}\n\n",
                        "{\"label\":true,\"text\":\"a\\n"
                                + "b\",\"more\":[1,{\"a\":null}]}\r\n"
                                + "{\"label\":\"b\",\"text\":\" z \"}"),
                file -> {
                    List<TextTable.Row> rows = rows(file);
                    List<String> lines = Files.readString(file).lines().toList();
                    assertThat(rows.stream().map(row -> (int) row.line()).toList())
                            .as("every line that is not blank is a row")
                            .isEqualTo(IntStream.rangeClosed(1, lines.size())
                                    .filter(line -> !lines.get(line - 1)
                                            .replaceAll("[ \t\uFEFF]", "")
                                            .isEmpty())
                                    .boxed()
                                    .toList());
                    for (TextTable.Row row : rows) {
                        assertThat(lines.get((int) row.line() - 1).strip()).endsWith("}");
                    }
                    return rows.toString();
                });
    }

    @ParameterizedTest
    @CsvSource({"a.conll, '\t'", "b.conll, ' '"})
    void taggedWords(String name, String separator) throws Exception {
        List<String> valid = List.of(
                "EU B-ORG\nrejects O\n# O\n\nPeter B-PER\nBlackburn I-PER\n".replace(" ", separator),
                "\uFEFF-DOCSTART- O\r\n\r\n#tag O\r\n\u00E9 B-X\r\n\u200B I-X".replace(" ", separator));
        run(name, valid, file -> {
            StringBuilder found = new StringBuilder();
            // IOB2 does not change tags
            for (SequenceExample<Label> sentence : new ConllSequenceSource(file, TagScheme.IOB2)) {
                List<String> words = WordExamples.words(sentence);
                for (int i = 0; i < words.size(); i++) {
                    found.append(words.get(i))
                            .append(sentence.get(i).getOutput().getLabel());
                }
            }
            String all = Files.readString(file);
            String raw = all.substring(all.startsWith("\uFEFF") ? 1 : 0)
                    .lines()
                    .filter(line -> !line.startsWith("-DOCSTART-"))
                    .filter(line -> !(line.startsWith("# ") && separator.equals("\t") && !line.contains("\t")))
                    .collect(Collectors.joining("\n"));
            if (raw.lines().allMatch(line -> line.strip().split("[ \t]+").length <= 2)) { // no other columns
                assertThat(significant(found.toString())).isEqualTo(significant(raw));
            }
            return found.toString();
        });
    }

    @Test
    void longLinesAndFields() throws IOException {
        byte[] line = new byte[DataLines.MAX_LINE + 2];
        Arrays.fill(line, (byte) 'x');
        for (String name : List.of("a.tsv", "a.csv", "a.jsonl")) {
            Path file = Files.write(folder.resolve(name), line);
            assertThatThrownBy(() -> rows(file))
                    .isInstanceOf(DataFileException.class)
                    .message()
                    .contains(name + ":1: the line is longer than 4194304 bytes")
                    .hasSizeLessThan(500);
        }
        Path quotes = Files.writeString(
                folder.resolve("b.csv"), NAMES + "\nx,y\na,\"" + "long line\n".repeat(DataLines.MAX_LINE / 9));
        assertThatThrownBy(() -> rows(quotes))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("b.csv:3: a field in quotes that begins in this line is longer than");
        Path sentence = Files.writeString(folder.resolve("b.conll"), "word\tO\n".repeat(ConllFile.MAX_WORDS + 1));
        assertThatThrownBy(() -> new ConllSequenceSource(sentence))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("b.conll:100001: the sentence that begins in line 1 has more than 100000 words");
    }
}
