package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.data.TextTable;
import io.github.tribuopeft.data.Whitespace;
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
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import picocli.CommandLine.Option;

/** The options that say how data files are read. */
final class Data {

    private static final String TEXT = "text";
    private static final String LABEL = "label";

    @Option(names = "--text-column", paramLabel = "NAME", description = "Column with the text, default text.")
    private String textColumn;

    @Option(names = "--label-column", paramLabel = "NAME", description = "Column with the label, default label.")
    private String labelColumn;

    @Option(
            names = "--tag-scheme",
            paramLabel = "NAME",
            description = "Tags of .conll files: auto (the default), iob1, iob2 or iobes.")
    private TagScheme tagScheme;

    /** The labelled texts of a file. */
    Dataset<Label> labelled(Path file) throws IOException {
        return read(file, new TextExampleExtractor<>());
    }

    /** The labelled texts of a file with features for Tribuo's own models: words and pairs of words. */
    Dataset<Label> withWords(Path file) throws IOException {
        return read(file, TextExampleExtractor.withWords());
    }

    private Dataset<Label> read(Path file, TextExampleExtractor<Label> extractor) throws IOException {
        if (isTagged(file)) {
            throw new DataFileException(
                    file, "this ending is for tagged words, --task ner; a classifier takes .tsv, .csv or .jsonl");
        }
        requireAbsent("--tag-scheme", tagScheme, "tagged words in a .conll file", file);
        return DataSize.require(
                file,
                () -> rows(file, List.of(textColumn(), labelColumn())),
                () -> new MutableDataset<>(new TextFileSource<>(
                        file.toAbsolutePath(), new LabelFactory(), extractor, textColumn(), labelColumn())));
    }

    /** The tagged sentences of a file. */
    SequenceDataset<Label> tagged(Path file) throws IOException {
        if (!isTagged(file)) {
            throw new DataFileException(file, "--task ner takes tagged words, in a file that ends in .conll");
        }
        requireAbsent("--text-column", textColumn, "a table", file);
        requireAbsent("--label-column", labelColumn, "a table", file);
        TagScheme scheme = tagScheme == null ? TagScheme.AUTO : tagScheme;
        return DataSize.require(
                file,
                () -> ConllSequenceSource.words(file),
                () -> new MutableSequenceDataset<>(new ConllSequenceSource(file.toAbsolutePath(), scheme)));
    }

    /** The texts of a table, or the lines of a .txt file. */
    List<String> texts(Path file) throws IOException {
        if (isTagged(file)) {
            throw new DataFileException(
                    file, "texts are predicted for, not tagged words; expected .txt, .tsv, .csv or .jsonl");
        }
        requireAbsent("--tag-scheme", tagScheme, "tagged words in a .conll file", file);
        requireAbsent("--label-column", labelColumn, "labelled data", file);
        if (!hasEnding(file, ".txt")) {
            return DataSize.require(file, () -> 0, () -> column(file, textColumn()));
        }
        requireAbsent("--text-column", textColumn, "a table", file);
        return DataSize.require(file, () -> 0, () -> TextTable.lines(file));
    }

    private static long rows(Path file, List<String> columns) throws IOException {
        long rows = 0;
        try (TextTable table = TextTable.open(file, columns)) {
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

    /** Refuses an option that would have no effect. */
    private static void requireAbsent(String option, Object value, String use, Path file) {
        if (value != null) {
            throw new UsageException(option + " is for " + use + "; it has no effect on " + file);
        }
    }

    private static boolean isTagged(Path file) {
        return hasEnding(file, ".conll");
    }

    private static boolean hasEnding(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /** Checks that a file has no labels but those that training has seen. */
    void requireKnownLabels(Path file, Collection<String> known) throws IOException {
        try (TextTable table = TextTable.open(file, List.of(labelColumn()))) {
            for (TextTable.Row row = table.next(); row != null; row = table.next()) {
                String label = Whitespace.trim(row.values().get(0));
                if (!known.contains(label)) {
                    throw new DataFileException(
                            file,
                            row.line(),
                            "label '" + label + "' was not seen in training; the model knows " + new TreeSet<>(known));
                }
            }
        }
    }

    /** Checks that a file has no types of entities but those that training has seen. */
    void requireKnownTypes(Path file, Set<String> known) throws IOException {
        Optional<ConllSequenceSource.TagLine> unknown =
                ConllSequenceSource.find(file, tag -> !tag.equals(TagScheme.OUTSIDE) && !known.contains(type(tag)));
        if (unknown.isPresent()) {
            throw new DataFileException(
                    file,
                    unknown.get().line(),
                    "entities of type '" + type(unknown.get().tag()) + "' were not seen in training; the model knows "
                            + new TreeSet<>(known));
        }
    }

    /** The names of labels. */
    static SortedSet<String> names(OutputInfo<Label> labels) {
        return labels.getDomain().stream().map(Label::getLabel).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The types of entities that tags are made of. */
    static SortedSet<String> types(OutputInfo<Label> tags) {
        return tags.getDomain().stream()
                .map(Label::getLabel)
                .filter(tag -> !tag.equals(TagScheme.OUTSIDE))
                .map(Data::type)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String type(String tag) {
        return tag.substring(tag.indexOf('-') + 1);
    }
}
