package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.data.ReplyFileSource;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.data.TextTable;
import io.github.tribuopeft.data.WordFile;
import io.github.tribuopeft.text.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import picocli.CommandLine.Option;

/** Options that say how data files are read, and the readers. */
final class DataOptions {

    /** Formats of labeled data, for the descriptions of options. */
    static final String FORMATS = ".tsv, .csv or .jsonl with columns label and text; .conll for task ner;"
            + " columns prompt and reply, or .txt, for task generation.";

    private static final String TEXT = "text";
    private static final String LABEL = "label";

    @Option(names = "--text-column", paramLabel = "NAME", description = "Column of the text (default: " + TEXT + ").")
    private String textColumn;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description = "Column of the label (default: " + LABEL + ").")
    private String labelColumn;

    @Option(
            names = "--tag-scheme",
            paramLabel = "NAME",
            description = "Tag scheme of .conll files: auto (default), iob1, iob2 or iobes.")
    private TagScheme tagScheme;

    /**
     * Reads labeled texts.
     *
     * @param factory parses the cells of the label column
     * @param extractor extracts the features
     * @throws DataFileException if the file is not a table of labeled texts
     */
    <T extends Output<T>> Dataset<T> readTexts(Path file, OutputFactory<T> factory, TextExampleExtractor<T> extractor)
            throws IOException {
        if (isTagged(file)) {
            throw new DataFileException(
                    file, "a .conll file contains tagged words, for --task ner; expected a .tsv, .csv or .jsonl file");
        }
        requireAbsent("--tag-scheme", tagScheme, ".conll files", file);
        return DataSize.read(
                file,
                () -> countRows(file),
                () -> new MutableDataset<>(
                        new TextFileSource<>(file.toAbsolutePath(), factory, extractor, textColumn(), labelColumn())));
    }

    /**
     * Reads prompts with replies, from the columns {@code prompt} and {@code reply} unless the options name others, or
     * a plain text.
     *
     * @throws DataFileException if the file is neither a table nor a .txt file
     */
    Dataset<Text> readReplies(Path file) throws IOException {
        requireAbsent("--tag-scheme", tagScheme, ".conll files", file);
        if (ReplyFileSource.isPlainText(file)) {
            requireAbsent("--text-column", textColumn, "tables", file);
            requireAbsent("--label-column", labelColumn, "tables", file);
        }
        String prompt = textColumn == null ? "prompt" : textColumn;
        String reply = labelColumn == null ? "reply" : labelColumn;
        return DataSize.read(
                file, () -> 0, () -> new MutableDataset<>(new ReplyFileSource(file.toAbsolutePath(), prompt, reply)));
    }

    /**
     * Reads tagged sentences.
     *
     * @throws DataFileException if the file is not a .conll file of tagged words
     */
    SequenceDataset<Label> readTaggedSentences(Path file) throws IOException {
        if (!isTagged(file)) {
            throw new DataFileException(file, "--task ner expects tagged words in a .conll file");
        }
        requireAbsent("--text-column", textColumn, "tables", file);
        requireAbsent("--label-column", labelColumn, "tables", file);
        TagScheme scheme = tagScheme == null ? TagScheme.AUTO : tagScheme;
        return DataSize.read(
                file,
                () -> ConllSequenceSource.words(file),
                () -> new MutableSequenceDataset<>(new ConllSequenceSource(file.toAbsolutePath(), scheme)));
    }

    /**
     * Reads texts without labels, the text column of a table or the lines of a .txt file, or sentences of words.
     *
     * @throws DataFileException if the file has no texts or no sentences, or a line is not valid
     */
    PredictionInput readInput(Path file) throws IOException {
        requireAbsent("--tag-scheme", tagScheme, "labeled .conll files", file);
        requireAbsent("--label-column", labelColumn, "labeled data", file);
        if (WordFile.matches(file)) {
            requireAbsent("--text-column", textColumn, "tables", file);
            return new PredictionInput.Sentences(DataSize.read(file, () -> 0, () -> WordFile.read(file)));
        }
        if (!hasEnding(file, ".txt")) {
            return new PredictionInput.Texts(DataSize.read(file, () -> 0, () -> column(file, textColumn())));
        }
        requireAbsent("--text-column", textColumn, "tables", file);
        return new PredictionInput.Texts(DataSize.read(file, () -> 0, () -> TextTable.lines(file)));
    }

    private long countRows(Path file) throws IOException {
        long rows = 0;
        List<String> columns = List.of(textColumn(), labelColumn());
        try (TextTable table = TextTable.open(file, columns, Set.of(labelColumn()))) {
            while (table.next() != null) {
                rows++;
            }
        }
        return rows;
    }

    private static List<String> column(Path file, String name) throws IOException {
        List<String> texts = new ArrayList<>();
        try (TextTable table = TextTable.open(file, List.of(name))) {
            for (TextTable.Row row = table.next(); row != null; row = table.next()) {
                texts.add(row.values().get(0));
            }
        }
        return texts;
    }

    private String textColumn() {
        return textColumn == null ? TEXT : textColumn;
    }

    private String labelColumn() {
        return labelColumn == null ? LABEL : labelColumn;
    }

    /** Rejects an option that has no effect on a file. */
    private static void requireAbsent(String option, Object value, String use, Path file) {
        if (value != null) {
            throw new UsageException(option + " is for " + use + " and has no effect on " + file);
        }
    }

    private static boolean isTagged(Path file) {
        return hasEnding(file, ".conll");
    }

    private static boolean hasEnding(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /**
     * Checks the label column of a file.
     *
     * @param check returns the reason why a cell is invalid; empty if it is valid
     * @throws DataFileException if a cell is invalid; the message names the line
     */
    void requireLabels(Path file, Function<String, Optional<String>> check) throws IOException {
        try (TextTable table = TextTable.open(file, List.of(labelColumn()), Set.of(labelColumn()))) {
            for (TextTable.Row row = table.next(); row != null; row = table.next()) {
                Optional<String> reason = check.apply(row.values().get(0));
                if (reason.isPresent()) {
                    throw new DataFileException(file, row.line(), reason.get());
                }
            }
        }
    }

    /**
     * Checks that a file contains known types of entities only.
     *
     * @param known the types in the training data
     * @throws DataFileException if the file contains another type
     */
    void requireKnownTypes(Path file, Collection<String> known) throws IOException {
        Optional<ConllSequenceSource.TagLine> unknown = ConllSequenceSource.find(
                file, tag -> !tag.equals(TagScheme.OUTSIDE) && !known.contains(entityType(tag)));
        if (unknown.isPresent()) {
            throw new DataFileException(
                    file,
                    unknown.get().line(),
                    "entity type '" + entityType(unknown.get().tag())
                            + "' does not occur in the training data; expected one of " + new TreeSet<>(known));
        }
    }

    /** Returns the names of labels. */
    static SortedSet<String> names(OutputInfo<Label> labels) {
        return labels.getDomain().stream().map(Label::getLabel).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the types of entities in tags such as {@code B-PER}. */
    static SortedSet<String> entityTypes(Collection<String> tags) {
        return tags.stream()
                .filter(tag -> !tag.equals(TagScheme.OUTSIDE))
                .map(DataOptions::entityType)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String entityType(String tag) {
        return tag.substring(tag.indexOf('-') + 1);
    }
}
