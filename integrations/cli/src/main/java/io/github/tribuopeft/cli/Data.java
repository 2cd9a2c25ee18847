package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.data.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import picocli.CommandLine.Option;

/** The options that say how data files are read. */
final class Data {

    @Option(names = "--text-column", paramLabel = "NAME", description = "Column with the text, default text.")
    private String textColumn = "text";

    @Option(names = "--label-column", paramLabel = "NAME", description = "Column with the label, default label.")
    private String labelColumn = "label";

    /** The labelled texts of a file. */
    Dataset<Label> read(Path file) throws IOException {
        return new MutableDataset<>(new TextFileSource<>(
                file.toAbsolutePath(), new LabelFactory(), new TextExampleExtractor<>(), textColumn, labelColumn));
    }

    /** The texts of a file. */
    List<String> texts(Path file) throws IOException {
        return TextTable.read(file, List.of(textColumn)).stream()
                .map(row -> row.values().get(0))
                .toList();
    }

    /** Checks that a model knows all labels of a file. */
    void requireKnownLabels(Path file, PeftModel<Label> model) throws IOException {
        Set<String> known = model.getOutputIDInfo().getDomain().stream()
                .map(Label::getLabel)
                .collect(Collectors.toCollection(TreeSet::new));
        for (TextTable.Row row : TextTable.read(file, List.of(labelColumn))) {
            String label = row.values().get(0);
            if (!known.contains(label)) {
                throw new DataFileException(
                        file, row.line(), "label '" + label + "' was not seen in training; the model knows " + known);
            }
        }
    }
}
