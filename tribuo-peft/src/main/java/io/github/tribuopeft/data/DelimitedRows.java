package io.github.tribuopeft.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A table whose first line names the columns. Lines that are empty or have only spaces are blank and are passed over. */
final class DelimitedRows implements TableRows {

    /** Splits a line into fields. */
    @FunctionalInterface
    interface Splitter {

        /**
         * The fields of a row, at least one.
         *
         * @param line the line that it begins in
         * @param lines further lines that the row may need
         */
        List<String> fields(String line, DataLines lines) throws IOException;
    }

    private final DataLines lines;
    private final Splitter splitter;
    private final List<String> header;
    private final int[] wanted;

    /**
     * Reads the header.
     *
     * @throws DataFileException if it does not have each of the columns once
     */
    DelimitedRows(DataLines lines, Splitter splitter, List<String> columns) throws IOException {
        this.lines = lines;
        this.splitter = splitter;
        String first = lines.next();
        if (first == null) {
            throw new DataFileException(lines.file(), "the file is empty; expected the columns " + columns);
        }
        this.header = trimmed(splitter.fields(first, lines));
        this.wanted = new int[columns.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = position(columns.get(i));
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

    /** Whether a line has only spaces. A line of tabs is a row of empty fields. */
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
        List<String> values = new ArrayList<>(wanted.length);
        for (int position : wanted) {
            values.add(fields.get(position));
        }
        return new TextTable.Row(number, values);
    }

    /** Whether a row holds the names of all columns, in any order. */
    private boolean repeatsHeader(List<String> fields) {
        return fields.stream().allMatch(field -> header.contains(Whitespace.trim(field)))
                && trimmed(fields).containsAll(header);
    }
}
