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
        return new MutableDataset<>(
                new TextFileSource<>(file.toAbsolutePath(), new LabelFactory(), extractor, textColumn, labelColumn));
    }

    /** The tagged sentences of a file. */
    SequenceDataset<Label> tagged(Path file) throws IOException {
        if (!file.toString().endsWith(".conll")) {
            throw new DataFileException(file, "unknown ending; expected .conll for entities");
        }
        return new MutableSequenceDataset<>(new ConllSequenceSource(file.toAbsolutePath(), tagScheme));
    }

    /** The texts of a table, or the lines of a .txt file. */
    List<String> texts(Path file) throws IOException {
        if (file.toString().endsWith(".txt") && Files.isRegularFile(file)) {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
        return TextTable.read(file, List.of(textColumn)).stream()
                .map(row -> row.values().get(0))
                .toList();
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
