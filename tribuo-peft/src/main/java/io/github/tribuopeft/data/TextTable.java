package io.github.tribuopeft.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reader of columns of a table of texts. It reads row by row, so the table may be larger than memory. The file
 * extension determines the format:
 *
 * <ul>
 *   <li>{@code .tsv}: a header line, columns separated by tabs, no quoting
 *   <li>{@code .csv}: a header line, quoting as in RFC 4180
 *   <li>{@code .jsonl}: an object in each line with the columns as keys; values are strings, integers or booleans
 * </ul>
 *
 * <p>Files are UTF-8, with or without a byte order mark. Blank lines are skipped, and other columns are ignored.
 * Anything else causes a {@link DataFileException} that names the line.
 *
 * <pre>{@code
 * try (TextTable table = TextTable.open(file, List.of("label", "text"))) {
 *     for (TextTable.Row row = table.next(); row != null; row = table.next()) {
 *         …
 *     }
 * }
 * }</pre>
 */
public final class TextTable implements Closeable {

    private final DataLines lines;
    private final List<String> columns;
    private final Set<String> optional;
    private final TableRows rows;
    private boolean empty = true;

    private TextTable(DataLines lines, List<String> columns, Set<String> optional, TableRows rows) {
        this.lines = lines;
        this.columns = columns;
        this.optional = optional;
        this.rows = rows;
    }

    /**
     * A row.
     *
     * @param line number of the first line of the row, from 1
     * @param values the values of the requested columns in their order; none of them is blank
     */
    public record Row(long line, List<String> values) {}

    /** Format of a table. */
    private interface Format {
        TableRows rows(DataLines lines, List<String> columns) throws IOException;
    }

    /**
     * Opens a table.
     *
     * @throws DataFileException if the file is missing, cannot be read, has an unknown extension or lacks a column
     */
    public static TextTable open(Path file, List<String> columns) throws IOException {
        return open(file, columns, Set.of());
    }

    /**
     * Opens a table with columns whose values may be blank.
     *
     * @param optional the columns whose values may be blank
     * @throws DataFileException as {@link #open(Path, List)}
     */
    public static TextTable open(Path file, List<String> columns, Set<String> optional) throws IOException {
        Format format = format(file);
        DataLines lines = DataLines.open(file);
        try {
            return new TextTable(lines, List.copyOf(columns), Set.copyOf(optional), format.rows(lines, columns));
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    /**
     * Reads columns of a file into memory.
     *
     * @throws DataFileException if the file is missing, has no rows, or if a row is not valid
     */
    public static List<Row> read(Path file, List<String> columns) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (TextTable table = open(file, columns)) {
            for (Row row = table.next(); row != null; row = table.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /**
     * Reads a file with one text in each line.
     *
     * @return the lines, blank ones included
     * @throws DataFileException if the file is missing or has no texts
     */
    public static List<String> lines(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (DataLines lines = DataLines.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                texts.add(line);
            }
        }
        if (texts.stream().allMatch(Whitespace::isBlank)) {
            throw new DataFileException(file, "the file has no texts; expected one text in each line");
        }
        return texts;
    }

    /**
     * Reads the next row.
     *
     * @return the row; null after the last one
     * @throws DataFileException if the row is not valid, or if the table has no rows
     */
    public Row next() throws IOException {
        Row row = rows.next();
        if (row == null && empty) {
            throw new DataFileException(lines.file(), rows.missing());
        }
        empty = false;
        if (row != null) {
            for (int i = 0; i < columns.size(); i++) {
                if (!optional.contains(columns.get(i))) {
                    requireNotBlank(
                            lines.file(),
                            row.line(),
                            columns.get(i),
                            row.values().get(i));
                }
            }
        }
        return row;
    }

    private static String requireNotBlank(Path file, long line, String kind, String value) throws DataFileException {
        if (Whitespace.isBlank(value)) {
            throw new DataFileException(file, line, "the " + kind + " is blank");
        }
        return value;
    }

    private static Format format(Path file) throws DataFileException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".tsv")) {
            return (lines, columns) -> new DelimitedRows(lines, (line, more) -> List.of(line.split("\t", -1)), columns);
        }
        if (name.endsWith(".csv")) {
            return (lines, columns) -> new DelimitedRows(lines, new CsvFields(), columns);
        }
        if (name.endsWith(".jsonl")) {
            return JsonRows::new;
        }
        throw new DataFileException(file, "unknown file extension; expected .tsv, .csv or .jsonl");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
