package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

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
            a.jsonl | {"label": "x", "text": "y"}\\n[1   | a.jsonl:2: no valid JSON
            a.xlsx  | x                                 | a.xlsx: unknown ending; expected .tsv, .csv or .jsonl
            """)
    void faults(String name, String content, String message) throws IOException {
        Path file = file(name, content.replace("\\t", "\t").replace("\\n", "\n"));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining(message);
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
                .hasMessageContaining("not in UTF-8");
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
}
