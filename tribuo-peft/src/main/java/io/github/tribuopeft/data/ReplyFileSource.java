package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tribuo.data.text.TextDataSource;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * Training data of language models: prompts and replies from a {@code .jsonl}, {@code .tsv} or {@code .csv} file, or a
 * plain text from a {@code .txt} file. Prompts and replies are not changed, so a prompt contains everything that the
 * model reads before the reply, such as the names of the speakers. A plain text is divided at line ends into examples
 * of about 20,000 characters. The provenance contains the SHA-256 of the file.
 */
public final class ReplyFileSource extends TextDataSource<Text> {

    /** Number of characters after which an example of a plain text ends with its line. */
    private static final int PART = 20_000;

    @Config(description = "Name of the column with the prompt.")
    private String promptColumn = "prompt";

    @Config(description = "Name of the column with the reply.")
    private String replyColumn = "reply";

    private ConfiguredDataSourceProvenance provenance;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private ReplyFileSource() {}

    /**
     * Reads the columns {@code prompt} and {@code reply}, or a plain text.
     *
     * @throws DataFileException if the file is missing or not valid
     */
    public ReplyFileSource(Path path) throws IOException {
        this(path, "prompt", "reply");
    }

    /**
     * Reads two columns of other names, or a plain text.
     *
     * @throws DataFileException if the file is missing or not valid
     */
    public ReplyFileSource(Path path, String promptColumn, String replyColumn) throws IOException {
        super(path, new TextFactory(), new TextExampleExtractor<>());
        this.promptColumn = promptColumn;
        this.replyColumn = replyColumn;
        postConfig();
    }

    /** Returns whether a file is a plain text. */
    public static boolean isPlainText(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".txt");
    }

    @Override
    public void postConfig() throws IOException {
        read();
        provenance = new TextFileProvenance(this, path);
    }

    @Override
    protected void read() throws IOException {
        if (isPlainText(path)) {
            readPlainText();
        } else {
            readReplies();
        }
    }

    private void readReplies() throws IOException {
        try (TextTable table = TextTable.open(path, List.of(promptColumn, replyColumn), Set.of(promptColumn))) {
            for (TextTable.Row row = table.next(); row != null; row = table.next()) {
                data.add(extractor.extract(
                        new Text(row.values().get(1)), handleDoc(row.values().get(0))));
            }
        }
    }

    private void readPlainText() throws IOException {
        StringBuilder part = new StringBuilder();
        for (String line : TextTable.lines(path)) {
            part.append(line).append('\n');
            if (part.length() >= PART) {
                data.add(ReplyExamples.plainText(part.toString()));
                part.setLength(0);
            }
        }
        if (!part.isEmpty()) {
            data.add(ReplyExamples.plainText(part.toString()));
        }
    }

    @Override
    public ConfiguredDataSourceProvenance getProvenance() {
        return provenance;
    }
}
