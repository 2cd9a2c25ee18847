package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private TextFileSource() {}

    /**
     * Reads the columns {@code text} and {@code label}. The examples also have words as features, so that Tribuo's own
     * models can learn from them; these need about half a kilobyte for a short text.
     *
     * @throws DataFileException if the file is missing or not valid
     */
    public TextFileSource(Path path, OutputFactory<T> outputFactory) throws IOException {
        this(path, outputFactory, TextExampleExtractor.withUnigrams(), "text", "label");
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
        OutputParser<T> outputs = new OutputParser<>(outputFactory);
        try (TextTable table = TextTable.open(
                path, List.of(labelColumn, textColumn), outputs.acceptsBlank() ? Set.of(labelColumn) : Set.of())) {
            for (TextTable.Row row = table.next(); row != null; row = table.next()) {
                data.add(extractor.extract(
                        output(row, outputs), handleDoc(row.values().get(1))));
            }
        }
    }

    private T output(TextTable.Row row, OutputParser<T> outputs) throws DataFileException {
        try {
            return outputs.parse(row.values().get(0));
        } catch (IllegalArgumentException e) { // an invalid name, or one that the factory rejects
            throw new DataFileException(path, row.line(), e.getMessage());
        }
    }

    @Override
    public ConfiguredDataSourceProvenance getProvenance() {
        return provenance;
    }
}
