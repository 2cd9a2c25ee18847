package io.github.tribuopeft.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reader of the sentences of a file in the format of the CoNLL shared tasks. Tags are returned as they are written. The
 * first line that is not blank and does not begin with {@code #} or {@code -DOCSTART-} determines whether tabs or
 * spaces separate the columns.
 */
final class ConllFile implements Closeable {

    /** Maximum number of words in a sentence. A file without blank lines exceeds it. */
    static final int MAX_WORDS = 100_000;

    private static final String DOCUMENT_START = "-DOCSTART-";
    private static final Pattern TAB = Pattern.compile("\t");
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern SPACES_AND_TABS = Pattern.compile("[ \t]+");

    /**
     * A sentence.
     *
     * @param words the words, at least one
     * @param tags the tag of each word
     * @param lines the line number of each word, from 1
     */
    record Sentence(List<String> words, List<String> tags, List<Long> lines) {}

    /**
     * Separator of columns.
     *
     * @param pattern tabs or spaces
     * @param line number of the line that determines it
     */
    private record Separator(Pattern pattern, long line) {

        boolean isTab() {
            return pattern == TAB;
        }
    }

    private final DataLines lines;
    private final TagScheme scheme;
    private final Separator separator;
    private int columns;
    private boolean empty = true;

    private ConllFile(DataLines lines, TagScheme scheme, Separator separator) {
        this.lines = lines;
        this.scheme = scheme;
        this.separator = separator;
    }

    /**
     * Opens a file.
     *
     * @param scheme the scheme whose tags are accepted; {@link TagScheme#AUTO} for all schemes
     * @throws DataFileException if the file is missing or cannot be read
     */
    static ConllFile open(Path file, TagScheme scheme) throws IOException {
        return new ConllFile(DataLines.open(file), scheme, separator(file));
    }

    private static Separator separator(Path file) throws IOException {
        try (DataLines lines = DataLines.open(file)) {
            Separator comments = new Separator(SPACES, 1);
            for (String line = lines.next(); line != null; line = lines.next()) {
                Separator found = new Separator(line.indexOf('\t') >= 0 ? TAB : SPACES, lines.number());
                if (!line.startsWith("#")
                        && !isDocumentStart(line)
                        && !Whitespace.trim(line).isEmpty()) {
                    return found;
                }
                if (line.startsWith("#") && found.isTab()) {
                    comments = found;
                }
            }
            return comments; // all words are hash marks, or the file has no words
        }
    }

    private static boolean isDocumentStart(String line) {
        return line.startsWith(DOCUMENT_START)
                && (line.length() == DOCUMENT_START.length()
                        || " \t".indexOf(line.charAt(DOCUMENT_START.length())) >= 0);
    }

    /**
     * Reads a sentence.
     *
     * @return the sentence; null after the last one
     * @throws DataFileException if a line is not valid, or if the file has no sentences
     */
    Sentence next() throws IOException {
        List<String> words = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (endsSentence(line)) {
                if (!words.isEmpty()) {
                    break;
                }
                continue;
            }
            if (separator.isTab() && line.startsWith("# ") && line.indexOf('\t') < 0) {
                continue; // a comment
            }
            String[] fields = fields(line);
            if (words.size() == MAX_WORDS) {
                throw lines.error("the sentence that begins in line " + numbers.get(0) + " has more than " + MAX_WORDS
                        + " words; expected a blank line after each sentence");
            }
            words.add(fields[0]);
            tags.add(tag(fields[fields.length - 1]));
            numbers.add(lines.number());
        }
        if (!words.isEmpty()) {
            empty = false;
            return new Sentence(words, tags, numbers);
        }
        if (empty) {
            throw new DataFileException(
                    lines.file(), "the file has no sentences; expected a word and a tag in each line");
        }
        return null;
    }

    private boolean endsSentence(String line) throws DataFileException {
        if (isDocumentStart(line)) {
            String[] fields = SPACES_AND_TABS.split(line);
            String last = fields[fields.length - 1];
            if (TagScheme.isTag(last) && !last.equals(TagScheme.OUTSIDE)) {
                throw lines.error("found the tag " + Quotes.of(last) + " of " + DOCUMENT_START
                        + ", which is not a word; expected O");
            }
            return true;
        }
        return Whitespace.trim(line).isEmpty() && (line.indexOf('\t') < 0 || !separator.isTab());
    }

    private String[] fields(String line) throws DataFileException {
        if (!separator.isTab() && line.indexOf('\t') >= 0) {
            throw lines.error("found a tab in " + Quotes.of(line) + "; expected spaces between columns, as in line "
                    + separator.line());
        }
        String[] fields = separator.isTab()
                ? Arrays.stream(TAB.split(line, -1)).map(Whitespace::trim).toArray(String[]::new)
                : SPACES.split(Whitespace.trim(line), -1);
        if (fields.length < 2 || fields[0].isEmpty()) {
            throw lines.error(
                    "expected a word and its tag, but found " + Quotes.of(line) + expectedTabs(fields.length));
        }
        if (columns != 0 && fields.length != columns) {
            throw lines.error("found " + fields.length + " columns, but the lines before have " + columns);
        }
        columns = fields.length;
        return fields;
    }

    private String expectedTabs(int found) {
        return separator.isTab() && found < 2 && separator.line() != lines.number()
                ? ", which has no tab; expected tabs between columns, as in line " + separator.line()
                : "";
    }

    private String tag(String written) throws DataFileException {
        String tag;
        try {
            tag = Whitespace.requireName("tag", written);
        } catch (IllegalArgumentException e) {
            throw lines.error(e.getMessage());
        }
        if (!TagScheme.isTag(tag)) {
            throw lines.error(Quotes.of(tag) + " is not a valid tag; expected O, or B-, I-, E- or S- and a type");
        }
        if (!scheme.accepts(tag)) {
            throw lines.error(Quotes.of(tag) + " is a tag of IOBES; expected tags of " + scheme);
        }
        return tag;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
