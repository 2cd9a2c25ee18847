package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.DataSourceProvenance;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceExample;

/**
 * Tagged sentences from a file in the format of the CoNLL shared tasks: one word in each line, columns separated by
 * tabs or by spaces, the word in the first column and the tag in the last one, a blank line after each sentence. The
 * file is in UTF-8, with or without a byte order mark.
 *
 * <p>Words are not changed, except that spaces at their ends are removed. Tags are names, see {@link Whitespace}. Tags
 * of all {@linkplain TagScheme schemes} are converted to IOB2. A line whose first column is {@code -DOCSTART-} ends a
 * sentence. In a file with tabs, a line without a tab that begins with {@code "# "} is a comment; files with spaces
 * have no comments, since {@code #} may be a word. Columns between the first and the last are ignored. Any other line
 * causes a {@link DataFileException}.
 */
public final class ConllSequenceSource implements SequenceDataSource<Label>, Configurable {

    @Config(mandatory = true, description = "The file.")
    private Path path;

    @Config(description = "The scheme of the tags.")
    private TagScheme scheme = TagScheme.AUTO;

    private final LabelFactory outputFactory = new LabelFactory();
    private List<SequenceExample<Label>> sequences;
    private DataSourceProvenance provenance;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private ConllSequenceSource() {}

    /**
     * Reads a file and detects its scheme.
     *
     * @throws DataFileException if the file is missing or not valid; the message names the line
     */
    public ConllSequenceSource(Path path) throws IOException {
        this(path, TagScheme.AUTO);
    }

    /**
     * Reads a file with tags of a scheme.
     *
     * @throws DataFileException if the file is missing or not valid; the message names the line
     */
    public ConllSequenceSource(Path path, TagScheme scheme) throws IOException {
        this.path = path;
        this.scheme = scheme;
        postConfig();
    }

    @Override
    public void postConfig() throws IOException {
        TagScheme found = scheme == TagScheme.AUTO ? detect() : scheme;
        Map<String, Label> labels = new HashMap<>();
        sequences = new ArrayList<>();
        try (ConllFile file = ConllFile.open(path, scheme)) {
            for (ConllFile.Sentence next = file.next(); next != null; next = file.next()) {
                List<Label> tags = found.toIob2(next.tags()).stream()
                        .map(tag -> labels.computeIfAbsent(tag, Label::new))
                        .toList();
                sequences.add(WordExamples.of(next.words(), tags));
            }
        }
        provenance = new TextFileProvenance(this, path);
    }

    /** Reads all tags to detect the scheme. */
    private TagScheme detect() throws IOException {
        SchemeDetector detector = new SchemeDetector();
        try (ConllFile file = ConllFile.open(path, scheme)) {
            for (ConllFile.Sentence next = file.next(); next != null; next = file.next()) {
                detector.add(next.tags());
            }
        }
        return detector.scheme();
    }

    /**
     * Counts the words of a file without keeping them.
     *
     * @throws DataFileException if the file is missing or not valid
     */
    public static long words(Path file) throws IOException {
        long words = 0;
        try (ConllFile sentences = ConllFile.open(file, TagScheme.AUTO)) {
            for (ConllFile.Sentence next = sentences.next(); next != null; next = sentences.next()) {
                words += next.words().size();
            }
        }
        return words;
    }

    /**
     * A tag in a file.
     *
     * @param line the line number, from 1
     * @param tag the tag as it is written
     */
    public record TagLine(long line, String tag) {}

    /**
     * Finds the first tag in a file for which a predicate is true.
     *
     * @return empty if there is none
     * @throws DataFileException if the file is missing or not valid
     */
    public static Optional<TagLine> find(Path file, Predicate<String> predicate) throws IOException {
        try (ConllFile sentences = ConllFile.open(file, TagScheme.AUTO)) {
            for (ConllFile.Sentence next = sentences.next(); next != null; next = sentences.next()) {
                for (int i = 0; i < next.tags().size(); i++) {
                    if (predicate.test(next.tags().get(i))) {
                        return Optional.of(
                                new TagLine(next.lines().get(i), next.tags().get(i)));
                    }
                }
            }
        }
        return Optional.empty();
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
