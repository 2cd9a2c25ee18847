package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.data.text.TextDataSource;
import org.tribuo.data.text.TextFeatureExtractor;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * Labeled texts from a {@code .tsv}, {@code .csv} or {@code .jsonl} file, see {@link TextTable}. Texts are not changed;
 * labels are names, see {@link Whitespace}. The provenance contains the SHA-256 of the file.
 *
 * @param <T> the output type
 */
public final class TextFileSource<T extends Output<T>> extends TextDataSource<T> {

    @Config(description = "Name of the column with the text.")
    private String textColumn = "text";

    @Config(description = "Name of the column with the output.")
    private String labelColumn = "label";

    private ConfiguredDataSourceProvenance provenance;

    /** For OLCUT. */
    private TextFileSource() {}

    /**
     * Reads the columns {@code text} and {@code label}.
     *
     * @throws DataFileException if the file is missing or not valid
     */
    public TextFileSource(Path path, OutputFactory<T> outputFactory) throws IOException {
        this(path, outputFactory, new TextExampleExtractor<>(), "text", "label");
    }

    /**
     * Reads two columns of other names.
     *
     * @throws DataFileException if the file is missing or not valid
     */
    public TextFileSource(
            Path path,
            OutputFactory<T> outputFactory,
            TextFeatureExtractor<T> extractor,
            String textColumn,
            String labelColumn)
            throws IOException {
        super(path, outputFactory, extractor);
        this.textColumn = textColumn;
        this.labelColumn = labelColumn;
        postConfig();
    }

    @Override
    public void postConfig() throws IOException {
        read();
        provenance = new TextFileProvenance(this, path);
    }

    @Override
    protected void read() throws IOException {
        try (TextTable table = TextTable.open(path, List.of(labelColumn, textColumn))) {
            for (TextTable.Row row = table.next(); row != null; row = table.next()) {
                data.add(extractor.extract(output(row), handleDoc(row.values().get(1))));
            }
        }
    }

    private T output(TextTable.Row row) throws DataFileException {
        try {
            return outputFactory.generateOutput(
                    Whitespace.requireName("label", row.values().get(0)));
        } catch (IllegalArgumentException e) { // the name is not valid, or the factory refuses it
            throw new DataFileException(path, row.line(), e.getMessage());
        }
    }

    @Override
    public ConfiguredDataSourceProvenance getProvenance() {
        return provenance;
    }
}
