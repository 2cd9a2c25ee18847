package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.DataSourceProvenance;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceExample;

/**
 * Tagged sentences from a file in the style of the CoNLL shared tasks: a word a line, columns separated by tabs (or, where the file has none, by
 * spaces), the word first and the tag last, a blank line after each sentence. {@code -DOCSTART-} lines and lines that begin with {@code "# "} are
 * passed over. Tags of all {@linkplain TagScheme schemes} become IOB2. UTF-8, with or without a byte order mark, any line ends.
 */
public final class ConllSequenceSource implements SequenceDataSource<Label>, Configurable {

    private static final Pattern TABS = Pattern.compile("\t");
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final String DOCUMENT_START = "-DOCSTART-";

    @Config(mandatory = true, description = "The file.")
    private Path path;

    @Config(description = "The scheme of its tags.")
    private TagScheme scheme = TagScheme.AUTO;

    private final LabelFactory outputFactory = new LabelFactory();
    private List<SequenceExample<Label>> sequences;
    private DataSourceProvenance provenance;

    /** For OLCUT. */
    private ConllSequenceSource() {}

    /**
     * Reads a file, whose scheme is found out.
     *
     * @throws DataFileException if it is missing or does not hold what it should; the message names the line
     */
    public ConllSequenceSource(Path path) throws IOException {
        this(path, TagScheme.AUTO);
    }

    /**
     * Reads a file of a known scheme.
     *
     * @throws DataFileException if it is missing or does not hold what it should; the message names the line
     */
    public ConllSequenceSource(Path path, TagScheme scheme) throws IOException {
        this.path = path;
        this.scheme = scheme;
        postConfig();
    }

    @Override
    public void postConfig() throws IOException {
        List<Sentence> sentences = sentences();
        List<List<String>> tags = sentences.stream().map(Sentence::tags).toList();
        TagScheme found = scheme == TagScheme.AUTO ? TagScheme.detect(tags) : scheme;
        sequences = sentences.stream()
                .map(sentence -> WordExamples.of(
                        sentence.words(),
                        found.toIob2(sentence.tags()).stream().map(Label::new).toList()))
                .toList();
        provenance = new TextFileProvenance(this, path);
    }

    private record Sentence(List<String> words, List<String> tags) {}

    private List<Sentence> sentences() throws IOException {
        String content = TextTable.content(path);
        Pattern separator = content.indexOf('\t') >= 0 ? TABS : SPACES;
        BufferedReader lines = new BufferedReader(new StringReader(content));
        List<Sentence> sentences = new ArrayList<>();
        Sentence sentence = new Sentence(new ArrayList<>(), new ArrayList<>());
        int columns = 0;
        String line;
        for (long number = 1; (line = lines.readLine()) != null; number++) {
            if (line.isBlank() && (line.isEmpty() || separator == SPACES || line.indexOf('\t') < 0)) {
                if (!sentence.words().isEmpty()) {
                    sentences.add(sentence);
                    sentence = new Sentence(new ArrayList<>(), new ArrayList<>());
                }
                continue;
            }
            if (line.startsWith(DOCUMENT_START) || line.startsWith("# ")) {
                continue;
            }
            String[] fields = separator.split(line, -1);
            if (fields.length < 2 || fields[0].isEmpty()) {
                throw new DataFileException(path, number, "expected a word and its tag, but found '" + line + "'");
            }
            if (columns != 0 && fields.length != columns) {
                throw new DataFileException(
                        path, number, "found " + fields.length + " columns, but the lines before have " + columns);
            }
            columns = fields.length;
            String tag = fields[columns - 1].strip();
            if (!TagScheme.isTag(tag)) {
                throw new DataFileException(
                        path, number, "'" + tag + "' is no tag; expected O, or B-, I-, E- or S- and a type");
            }
            sentence.words().add(fields[0]);
            sentence.tags().add(tag);
        }
        if (!sentence.words().isEmpty()) {
            sentences.add(sentence);
        }
        if (sentences.isEmpty()) {
            throw new DataFileException(path, "the file has no sentences; expected a word and a tag a line");
        }
        return sentences;
    }

    @Override
    public OutputFactory<Label> getOutputFactory() {
        return outputFactory;
    }

    @Override
    public Iterator<SequenceExample<Label>> iterator() {
        return Collections.unmodifiableList(sequences).iterator();
    }

    @Override
    public DataSourceProvenance getProvenance() {
        return provenance;
    }

    @Override
    public String toString() {
        return "ConllSequenceSource(path=" + path + ",scheme=" + scheme + ")";
    }
}
