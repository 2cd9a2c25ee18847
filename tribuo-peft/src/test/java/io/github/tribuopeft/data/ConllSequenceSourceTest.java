package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.classification.Label;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceExample;

class ConllSequenceSourceTest {

    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("a.conll"), content);
    }

    private static List<String> read(Path file) throws IOException {
        List<String> sentences = new ArrayList<>();
        for (SequenceExample<Label> sequence : new ConllSequenceSource(file)) {
            List<String> words = WordExamples.words(sequence);
            StringBuilder sentence = new StringBuilder();
            for (int i = 0; i < words.size(); i++) {
                sentence.append(words.get(i))
                        .append('/')
                        .append(sequence.get(i).getOutput().getLabel())
                        .append(' ');
            }
            sentences.add(sentence.toString().strip());
        }
        return sentences;
    }

    @Test
    void sentencesCommentsDocumentsAndLineEnds() throws IOException {
        assertThat(
                        read(
                                file(
                                        "\uFEFF# a comment\r\n-DOCSTART-\tX\tO\r\n\r\nEU\tNNP\tB-ORG\r\n#\tNN\tO\r\n\r\n\r\nPeter\tNNP\tB-PER")))
                .containsExactly("EU/B-ORG #/O", "Peter/B-PER");
        assertThat(read(file("EU NNP B-ORG\nrejects VBZ O\n"))).containsExactly("EU/B-ORG rejects/O");
    }

    /** A hash mark is a word, with both separators. */
    @Test
    void hashMarksAreWords() throws IOException {
        assertThat(read(file("I O\n# B-X\n1 I-X\n\n# O\n"))).containsExactly("I/O #/B-X 1/I-X", "#/O");
        assertThat(read(file("# O\n# B-X\n"))).containsExactly("#/O #/B-X");
        assertThat(read(file("#\tO\n# 1\tB-X\n# a comment\n"))).containsExactly("#/O # 1/B-X");
    }

    @Test
    void whitespace() throws IOException {
        assertThat(read(file(" EU  NNP B-ORG  \nrejects VBZ O\n  \t\nx y O")))
                .containsExactly("EU/B-ORG rejects/O", "x/O");
        assertThat(read(file("New York \tB-LOC \n\u00a0\tO\n  \na\tO\n")))
                .containsExactly("New York/B-LOC \u00a0/O".strip(), "a/O");
    }

    @Test
    void documentsEndSentences() throws IOException {
        assertThat(read(file("-DOCSTART- -X- O\na b O\n-DOCSTART- (2 EU)\nc d O\n")))
                .containsExactly("a/O", "c/O");
    }

    @Test
    void tagsOfAnotherScheme() throws IOException {
        Path file = file("a\tB-X\nb\tE-X\n");
        assertThatThrownBy(() -> new ConllSequenceSource(file, TagScheme.IOB2))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("a.conll:2: 'E-X' is a tag of IOBES; expected tags of IOB2");
        assertThat(ConllSequenceSource.find(file, tag -> tag.endsWith("-X")))
                .hasValue(new ConllSequenceSource.TagLine(1, "B-X"));
        assertThat(ConllSequenceSource.find(file, tag -> tag.equals("E-X")))
                .hasValue(new ConllSequenceSource.TagLine(2, "E-X"));
        assertThat(ConllSequenceSource.find(file, tag -> tag.equals("O"))).isEmpty();
    }

    @Test
    void schemesAreConvertedToIob2() throws IOException {
        assertThat(read(file("a\tI-X\nb\tI-X\nc\tB-X\nd\tI-Y\ne\tO\n")))
                .as("IOB1")
                .containsExactly("a/B-X b/I-X c/B-X d/B-Y e/O");
        assertThat(read(file("a\tB-X\nb\tE-X\nc\tS-X\nd\tO\n"))).as("IOBES").containsExactly("a/B-X b/I-X c/B-X d/O");
        assertThat(read(file("a\tB-X\nb\tI-X\n\nc\tO\nd\tI-X\n")))
                .as("IOB2, with invalid sequences of tags unchanged")
                .containsExactly("a/B-X b/I-X", "c/O d/I-X");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                               | the file has no sentences
            \\n\\n                           | the file has no sentences
            a\\tO\\nb\\n                     | a.conll:2: expected a word and its tag, but found 'b'
            a\\tO\\n\\tO\\n                  | a.conll:2: expected a word and its tag
            a\\tO\\nb\\tNN\\tO\\n            | a.conll:2: found 3 columns, but the lines before have 2
            a\\tO\\nb\\tLOCATION\\n          | a.conll:2: 'LOCATION' is not a valid tag
            a B-PER\\nb\\tO\\n                 | a.conll:2: found a tab in 'b<U+0009>O'; expected spaces between columns, as in line 1
            a\\tO\\nb O\\n                    | a.conll:2: expected a word and its tag, but found 'b O', which has no tab; expected tabs
            a\\tO\\nb\\tB-X\\u00a0\\n          | a.conll:2: the tag 'B-X<U+00A0>' contains U+00A0 (NO-BREAK SPACE)
            a\\tO\\nb\\tO\\u2003\\n            | a.conll:2: the tag 'O<U+2003>' contains U+2003 (EM SPACE)
            a\\tO\\nb\\t\\n                    | a.conll:2: the tag is blank
            a\\tO\\n\\u2003\\nb\\tO\\n           | a.conll:2: expected a word and its tag, but found '<U+2003>'
            a\\tO\\n \\tO\\n                   | a.conll:2: expected a word and its tag
            a O\\n# a comment\\n              | a.conll:2: found 3 columns, but the lines before have 2
            -DOCSTART- B-X\\na\\tO\\n         | a.conll:1: found the tag 'B-X' of -DOCSTART-, which is not a word
            -DOCSTART-x\\nb O\\n              | a.conll:1: expected a word and its tag, but found '-DOCSTART-x'
            a\\tB_PER\\n                     | a.conll:1: 'B_PER' is not a valid tag; expected O, or B-, I-, E- or S- and a type
            """)
    void errors(String content, String message) throws IOException {
        Path file = file(content.replace("\\t", "\t")
                .replace("\\n", "\n")
                .replace("\\u00a0", "\u00a0")
                .replace("\\u2003", "\u2003"));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void provenanceAndFeatures() throws IOException {
        ConllSequenceSource source = new ConllSequenceSource(file("a\tB-X\nb\tO\n"));
        assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(source.getProvenance())))
                .isEqualTo(source.getProvenance());
        MutableSequenceDataset<Label> data = new MutableSequenceDataset<>(source);
        assertThat(data.getFeatureMap().keySet()).containsExactlyInAnyOrder("BIAS", "W=a", "W=b");
        assertThat(data.getOutputInfo().size()).isEqualTo(2);
    }

    @Test
    void plainTextIsSplitWithOffsets() {
        assertThat(WordSplitter.split("Dr. Müller's 2nd try—ok?"))
                .extracting(word -> word.text() + "@" + word.begin())
                .containsExactly(
                        "Dr@0", ".@2", "Müller@4", "'@10", "s@11", "2nd@13", "try@17", "—@20", "ok@21", "?@23");
        assertThat(WordSplitter.split(" \n")).isEmpty();
    }
}
