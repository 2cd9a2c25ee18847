package io.github.tribuopeft.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits rows of comma-separated values as RFC 4180 defines them. A quoted field may contain commas, line ends, and
 * quotes that are written twice. Other quotes are errors, unlike in libraries, which interpret them differently.
 */
final class CsvFields implements DelimitedRows.Splitter {

    private static final char QUOTE = '"';
    private static final char COMMA = ',';

    @Override
    public List<String> fields(String first, DataLines lines) throws IOException {
        List<String> fields = new ArrayList<>();
        String line = first;
        int begin = 0;
        while (true) {
            int end;
            if (begin < line.length() && line.charAt(begin) == QUOTE) {
                Quoted quoted = quoted(line, begin + 1, lines);
                fields.add(quoted.value);
                line = quoted.line;
                end = quoted.end;
            } else {
                end = line.indexOf(COMMA, begin);
                end = end < 0 ? line.length() : end;
                fields.add(unquoted(line.substring(begin, end), lines));
            }
            if (end == line.length()) {
                return fields;
            }
            begin = end + 1;
        }
    }

    private static String unquoted(String value, DataLines lines) throws DataFileException {
        if (value.indexOf(QUOTE) >= 0) {
            throw lines.error("not valid CSV: found a quote in the field " + Quotes.of(value)
                    + "; expected quotes around the whole field, and quotes in it written twice");
        }
        return value;
    }

    /**
     * A quoted field.
     *
     * @param value the value without its quotes
     * @param line the line in which the field ends
     * @param end the position after the closing quote, that of a comma or of the end of the line
     */
    private record Quoted(String value, String line, int end) {}

    private static Quoted quoted(String first, int begin, DataLines lines) throws IOException {
        long firstLine = lines.number();
        StringBuilder value = new StringBuilder();
        String line = first;
        int from = begin;
        while (true) {
            int quote = line.indexOf(QUOTE, from);
            if (quote < 0) {
                value.append(line, from, line.length()).append(lines.lineEnd());
                line = lines.next();
                from = 0;
                if (line == null) {
                    throw new DataFileException(
                            lines.file(), firstLine, "not valid CSV: a quote that begins in this line is not closed");
                }
                if (value.length() + line.length() > DataLines.MAX_LINE) {
                    throw new DataFileException(
                            lines.file(),
                            firstLine,
                            "a field in quotes that begins in this line is longer than " + DataLines.MAX_LINE
                                    + " characters; is its quote closed?");
                }
                continue;
            }
            value.append(line, from, quote);
            from = quote + 1;
            if (from < line.length() && line.charAt(from) == QUOTE) {
                value.append(QUOTE);
                from++;
            } else if (from == line.length() || line.charAt(from) == COMMA) {
                return new Quoted(value.toString(), line, from);
            } else {
                throw lines.error("not valid CSV: found " + Quotes.of(line.substring(from))
                        + " after the closing quote of a field; expected a comma or the end of the line");
            }
        }
    }
}
