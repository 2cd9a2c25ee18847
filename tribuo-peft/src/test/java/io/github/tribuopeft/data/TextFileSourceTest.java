package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

class TextFileSourceTest {

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static List<String> read(Path file) throws IOException {
        MutableDataset<Label> data = new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
        return data.getData().stream()
                .map(example -> example.getOutput().getLabel() + ": " + TextExampleExtractor.text(example))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void formatsAndLineEnds(String end) throws IOException {
        List<String> expected = List.of("good: a \"fine\" film, really", "bad: dull");
        assertThat(read(file(
                        "a.tsv", String.join(end, "label\ttext", "good\ta \"fine\" film, really", "bad\tdull", ""))))
                .isEqualTo(expected);
        assertThat(read(file(
                        "a.csv",
                        String.join(end, "text,id,label", "\"a \"\"fine\"\" film, really\",1,good", "dull,2,bad"))))
                .isEqualTo(expected);
        assertThat(read(file(
                        "a.jsonl",
                        String.join(
                                end,
                                "{\"text\": \"a \\\"fine\\\" film, really\", \"label\": \"good\"}",
                                "",
                                "{\"label\": \"bad\", \"text\": \"dull\", \"more\": [1]}"))))
                .isEqualTo(expected);
    }

    @Test
    void byteOrderMark() throws IOException {
        assertThat(read(file("a.tsv", "\uFEFFlabel\ttext\nx\ty\n"))).containsExactly("x: y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a.tsv   | ''                                | a.tsv: the file is empty
        a.tsv   | label\\ttext\\n                    | has a header but no rows
        a.tsv   | kind\\ttext\\nx\\ty\\n             | a.tsv:1: the header has no column 'label'; it has [kind, text]
        a.tsv   | label\\tbody\\nx\\ty\\n            | a.tsv:1: the header has no column 'text'
        a.tsv   | label\\ttext\\nx\\ty\\tz\\n        | a.tsv:2: found 3 columns, but the header has 2
        a.tsv   | label\\ttext\\nx\\ty\\n\\n \\tz\\n   | a.tsv:4: the label is blank
        a.csv   | label,text\\nx,\\n                 | a.csv:2: the text is blank
        a.csv   | label,text\\nx,"y\\n               | a.csv:
        a.jsonl | {"label": "x"}                    | a.jsonl:1: expected an object with a value for 'text'
        a.jsonl | {"label": "x", "text": "y"}\\n[1   | a.jsonl:2: not valid JSON
        a.xlsx  | x                                 | a.xlsx: unknown file extension; expected .tsv, .csv or .jsonl
        """)
    void errors(String name, String content, String message) throws IOException {
        Path file = file(name, content.replace("\\t", "\t").replace("\\n", "\n"));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining(message);
    }

    /** Files that earlier versions read in another way than intended, or in part. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a.tsv   | label\\ttext\\nx\\ty\\nlabel\\ttext\\nz\\tw\\n | a.tsv:3: the row repeats the header; were files joined?
        a.csv   | label,text\\nx,y\\n"text",label\\n             | a.csv:3: the row repeats the header
        a.tsv   | label\\ttext\\ttext\\nx\\ty\\tz\\n            | a.tsv:1: the header has the column 'text' twice
        a.tsv   | label\\ttext\\nx\\n                          | a.tsv:2: found 1 columns, but the header has 2
        a.tsv   | label\\ttext\\nx\\ty\\n\\t\\n                 | a.tsv:3: the label is blank
        a.tsv   | label\\ttext\\nx\\t\\u200b\\u00a0\\n           | a.tsv:2: the text is blank
        a.tsv   | label\\ttext\\nx\\ty\\nx\\u00a0\\ty\\n         | a.tsv:3: the label 'x<U+00A0>' contains U+00A0 (NO-BREAK SPACE), which is not visible; remove
        a.tsv   | label\\u200b\\ttext\\nx\\ty\\n             | a.tsv:1: the header has no column 'label'; it has [label<U+200B>, text]
        a.tsv   | label\\ttext\\nx\\ty\\n\\ufefflabel\\ttext\\n  | a.tsv:3: the line begins with a byte order mark, which is only allowed at the start of a file
        a.tsv   | label\\ttext\\nx\\ty\\0z\\n                  | a.tsv:2: found a NUL character; expected text in UTF-8
        a.tsv   | label\\ttext\\nx\\ty\\rz\\tw\\n               | a.tsv:2: found a carriage return that ends a line in a part of the file
        a.tsv   | version https://git-lfs.github.com/spec/v1\\noid | a.tsv:1: this is a Git LFS pointer, not the data
        a.csv   | label,text\\nx,y "z"\\n                   | a.csv:2: not valid CSV: found a quote in the field 'y "z"'
        a.csv   | label,text\\nx,"y"z\\n                    | a.csv:2: not valid CSV: found 'z' after the closing quote of a field
        a.csv   | label,text\\nx,y\\nx,"y\\nx,y\\n             | a.csv:3: not valid CSV: a quote that begins in this line is not closed
        a.csv   | label,text\\n"x\\ny",z\\n                  | a.csv:2: the label 'x<U+000A>y' contains U+000A (LINE FEED (LF))
        a.jsonl | {"label":"x","text":"y"} {"label":"z","text":"w"} | a.jsonl:1: not valid JSON: found text after the value
        a.jsonl | {"label":"x","text":"y"}]                     | a.jsonl:1: not valid JSON
        a.jsonl | {"label":"x","label":"z","text":"y"}          | a.jsonl:1: not valid JSON: Duplicate field 'label'
        a.jsonl | {"label":"x","text":"y"}\\n{"label":1.0,"text":"y"} | a.jsonl:2: the label is '1.0'; expected a string, an integer or a
        a.jsonl | {"label":["x"],"text":"y"}                    | a.jsonl:1: the label is '["x"]'; expected a string
        a.jsonl | {"label":null,"text":"y"}                     | a.jsonl:1: expected an object with a value for 'label'
        a.jsonl | {"label":"x\\\\ud800","text":"y"}             | a.jsonl:1: the label 'x<U+D800>' is not valid Unicode
        a.jsonl | {"label":"x","text":"y\\\\u0000"}             | a.jsonl:1: the text 'y<U+0000>' contains a NUL character
        a.jsonl | {"label":" ","text":"y"}                      | a.jsonl:1: the label is blank
        a.jsonl | [1]                                           | a.jsonl:1: expected an object with a value for 'label'
        """)
    void nothingIsDroppedOrReinterpreted(String name, String content, String message) throws IOException {
        Path file = file(
                name,
                content.replace("\\\\u", "\0")
                        .replace("\\u200b", "\u200b")
                        .replace("\\u00a0", "\u00a0")
                        .replace("\\ufeff", "\ufeff")
                        .replace("\\r", "\r")
                        .replace("\\0", "\0\0")
                        .replace("\\t", "\t")
                        .replace("\\n", "\n")
                        .replace("\0\0", "NUL")
                        .replace("\0", "\\u")
                        .replace("NUL", "\0"));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void textsAreKeptAndLabelsAreTrimmed() throws IOException {
        assertThat(read(file("a.tsv", "label\ttext\n good \t a\u00a0\u2028\u0085b \u001b\n  \nbad\t\"c\n")))
                .containsExactly("good:  a\u00a0\u2028\u0085b \u001b", "bad: \"c");
        assertThat(read(file("a.csv", "label , text\n good ,\" a\r\nb \"\n"))).containsExactly("good:  a\r\nb ");
        assertThat(read(file(
                        "a.jsonl",
                        "{\"label\": \" good \", \"text\": \" a \"}\n{\"label\": -3, \"text\": \"b\"}\n"
                                + "{\"label\": true, \"text\": \"c\"}")))
                .containsExactly("good:  a ", "-3: b", "true: c");
        assertThat(read(file("a.tsv", "label\ttext\rgood\ta\rbad\tb"))).containsExactly("good: a", "bad: b");
        assertThat(TextTable.lines(file("a.txt", " a\n\n \t\nb\u2028c\n")))
                .containsExactly(" a", "", " \t", "b\u2028c");
    }

    @Test
    void unreadableFiles() throws IOException {
        assertThatThrownBy(() -> read(Files.createDirectory(folder.resolve("d.tsv"))))
                .isInstanceOf(DataFileException.class)
                .hasMessage(folder.resolve("d.tsv") + ": this is a directory; expected a file");
        Path file = file("a.tsv", "label\ttext\nx\ty\n");
        Files.setPosixFilePermissions(file, Set.of());
        assumeThat(Files.isReadable(file)).as("the superuser can read the file").isFalse();
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessage(file + ": the file cannot be read: permission denied");
    }

    @Test
    void missingFile() {
        assertThatThrownBy(() -> read(folder.resolve("nothing.tsv")))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("nothing.tsv: there is no such file");
    }

    @Test
    void notUtf8() throws IOException {
        Path file = folder.resolve("latin.tsv");
        Files.write(file, "label\ttext\nx\tcaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("latin.tsv:2: the file is not in UTF-8: byte 6 of the line is 0xE9");
    }

    @Test
    void provenanceHoldsTheHashAndRebuildsTheSource() throws IOException {
        Path file = file("a.csv", "body,kind\nhello,x\n");
        TextFileSource<Label> source =
                new TextFileSource<>(file, new LabelFactory(), new TextExampleExtractor<>(), "body", "kind");
        assertThat(source.getProvenance().toString())
                .contains(ProvenanceUtil.hashResource(ProvenanceUtil.HashType.SHA256, file));
        assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(source.getProvenance())))
                .isEqualTo(source.getProvenance());
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(ProvenanceUtil.extractConfiguration(source.getProvenance()));
            TextFileSource<?> rebuilt =
                    (TextFileSource<?>) manager.lookupAll(TextFileSource.class).get(0);
            Example<?> example = rebuilt.iterator().next();
            assertThat(TextExampleExtractor.text(example)).isEqualTo("hello");
        }
    }

    /** Tribuo's own models on the same dataset would otherwise learn the most frequent label only. */
    @Test
    void examplesHaveWordsForTribuosOwnModels() throws IOException {
        StringBuilder rows = new StringBuilder("label\ttext\n");
        for (int i = 0; i < 10; i++) {
            rows.append(i % 2 == 0 ? "good\ta fine film " : "bad\tan awful film ")
                    .append(i)
                    .append('\n');
        }
        rows.append("good\ta fine film\n");
        MutableDataset<Label> data =
                new MutableDataset<>(new TextFileSource<>(file("films.tsv", rows.toString()), new LabelFactory()));
        Model<Label> linear = new LogisticRegressionTrainer().train(data);
        assertThat(new LabelEvaluator().evaluate(linear, data).accuracy()).isEqualTo(1.0);
    }
}
