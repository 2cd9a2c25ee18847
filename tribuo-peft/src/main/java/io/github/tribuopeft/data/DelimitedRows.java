package io.github.tribuopeft.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a table whose first line contains the column names. Lines that are empty or contain only spaces are skipped.
 */
final class DelimitedRows implements TableRows {

    /** Splits rows into fields. */
    @FunctionalInterface
    interface Splitter {

        /**
         * Returns the fields of a row, at least one.
         *
         * @param line the first line of the row
         * @param lines the reader, for rows of several lines
         */
        List<String> fields(String line, DataLines lines) throws IOException;
    }

    private final DataLines lines;
    private final Splitter splitter;
    private final List<String> header;
    private final int[] positions;

    /**
     * Reads the header.
     *
     * @throws DataFileException if a column is missing or appears twice
     */
    DelimitedRows(DataLines lines, Splitter splitter, List<String> columns) throws IOException {
        this.lines = lines;
        this.splitter = splitter;
        String first = lines.next();
        if (first == null) {
            throw new DataFileException(lines.file(), "the file is empty; expected the columns " + columns);
        }
        this.header = trimmed(splitter.fields(first, lines));
        this.positions = new int[columns.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = position(columns.get(i));
        }
    }

    private static List<String> trimmed(List<String> fields) {
        return fields.stream().map(Whitespace::trim).toList();
    }

    private int position(String column) throws DataFileException {
        int position = header.indexOf(column);
        if (position < 0) {
            throw new DataFileException(lines.file(), 1, "the header has no column '" + column + "'; it has " + header);
        }
        if (position != header.lastIndexOf(column)) {
            throw new DataFileException(lines.file(), 1, "the header has the column '" + column + "' twice");
        }
        return position;
    }

    @Override
    public TextTable.Row next() throws IOException {
        String line = lines.next();
        while (line != null && isBlank(line)) {
            line = lines.next();
        }
        return line == null ? null : row(line);
    }

    @Override
    public String missing() {
        return "the file has a header but no rows";
    }

    /** Whether a line contains only spaces. A line of tabs is a row of empty fields. */
    private static boolean isBlank(String line) {
        return line.chars().allMatch(c -> c == ' ');
    }

    private TextTable.Row row(String line) throws IOException {
        long number = lines.number();
        List<String> fields = splitter.fields(line, lines);
        if (fields.size() != header.size()) {
            throw new DataFileException(
                    lines.file(), number, "found " + fields.size() + " columns, but the header has " + header.size());
        }
        if (repeatsHeader(fields)) {
            throw new DataFileException(
                    lines.file(), number, "the row repeats the header; were files joined? Remove the line");
        }
        List<String> values = new ArrayList<>(positions.length);
        for (int position : positions) {
            values.add(fields.get(position));
        }
        return new TextTable.Row(number, values);
    }

    /** Whether a row contains the names of all columns, in any order. */
    private boolean repeatsHeader(List<String> fields) {
        return fields.stream().allMatch(field -> header.contains(Whitespace.trim(field)))
                && trimmed(fields).containsAll(header);
    }
}
