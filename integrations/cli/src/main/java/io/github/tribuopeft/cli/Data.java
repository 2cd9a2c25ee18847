package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.data.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import picocli.CommandLine.Option;

/** The options that say how data files are read. */
final class Data {

    @Option(names = "--text-column", paramLabel = "NAME", description = "Column with the text, default text.")
    private String textColumn = "text";

    @Option(names = "--label-column", paramLabel = "NAME", description = "Column with the label, default label.")
    private String labelColumn = "label";

    @Option(
            names = "--tag-scheme",
            paramLabel = "NAME",
            description = "Tags of .conll files: auto (the default), iob1, iob2 or iobes.")
    private TagScheme tagScheme = TagScheme.AUTO;

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
        return new MutableDataset<>(
                new TextFileSource<>(file.toAbsolutePath(), new LabelFactory(), extractor, textColumn, labelColumn));
    }

    /** The tagged sentences of a file. */
    SequenceDataset<Label> tagged(Path file) throws IOException {
        if (!isTagged(file)) {
            throw new DataFileException(file, "--task ner takes tagged words, in a file that ends in .conll");
        }
        return new MutableSequenceDataset<>(new ConllSequenceSource(file.toAbsolutePath(), tagScheme));
    }

    /** The texts of a table, or the lines of a .txt file. */
    List<String> texts(Path file) throws IOException {
        if (file.toString().endsWith(".txt")) {
            return TextTable.lines(file);
        }
        if (isTagged(file)) {
            throw new DataFileException(
                    file, "texts are predicted for, not tagged words; expected .txt, .tsv, .csv or .jsonl");
        }
        return TextTable.read(file, List.of(textColumn)).stream()
                .map(row -> row.values().get(0))
                .toList();
    }

    private static boolean isTagged(Path file) {
        return file.toString().endsWith(".conll");
    }

    /** Checks that all entities of a file are of types that a model knows. */
    void requireKnownTypes(Path file, SequenceDataset<Label> sequences, Set<Label> tags) throws IOException {
        SortedSet<String> known = types(tags);
        for (String type : types(sequences.getOutputInfo().getDomain())) {
            if (!known.contains(type)) {
                throw new DataFileException(
                        file,
                        line(file, type),
                        "entities of type '" + type + "' were not seen in training; the model knows " + known);
            }
        }
    }

    private static SortedSet<String> types(Set<Label> tags) {
        return tags.stream()
                .map(Label::getLabel)
                .filter(tag -> !tag.equals(TagScheme.OUTSIDE))
                .map(tag -> tag.substring(tag.indexOf('-') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The first line with a tag of a type. */
    private static long line(Path file, String type) throws IOException {
        Pattern tagged = Pattern.compile(".*[ \\t][BIES]-" + Pattern.quote(type) + "\\s*");
        List<String> lines = Files.readAllLines(file);
        return 1
                + IntStream.range(0, lines.size())
                        .filter(line -> tagged.matcher(lines.get(line)).matches())
                        .findFirst()
                        .orElseThrow();
    }

    /** Checks that all labels of a file are among those that a model knows. */
    void requireKnownLabels(Path file, List<String> known) throws IOException {
        for (TextTable.Row row : TextTable.read(file, List.of(labelColumn))) {
            String label = row.values().get(0);
            if (!known.contains(label)) {
                throw new DataFileException(
                        file, row.line(), "label '" + label + "' was not seen in training; the model knows " + known);
            }
        }
    }
}
