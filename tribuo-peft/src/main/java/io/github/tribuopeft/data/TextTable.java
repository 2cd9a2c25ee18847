package io.github.tribuopeft.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.opencsv.CSVReader;
import com.opencsv.CSVReaderBuilder;
import com.opencsv.RFC4180ParserBuilder;
import com.opencsv.exceptions.CsvException;
import com.opencsv.exceptions.CsvMalformedLineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Some columns of a file of texts, told apart by its ending: {@code .tsv} (a header, tabs, no quoting), {@code .csv} (a header, RFC 4180)
 * or {@code .jsonl} (an object a line, whose keys are the columns). UTF-8, with or without a byte order mark, any line ends.
 */
public final class TextTable {

    private TextTable() {}

    /**
     * A row.
     *
     * @param line the line it begins at, from 1
     * @param values the values of the columns that were asked for, in their order, none of them blank
     */
    public record Row(long line, List<String> values) {}

    /** How lines become rows. */
    private interface Format {
        List<Row> rows(Path file, String content, List<String> columns) throws IOException;
    }

    /**
     * Reads columns of a file.
     *
     * @throws DataFileException if the file is missing, empty, of an unknown ending, lacks a column, or a row lacks a value
     */
    public static List<Row> read(Path file, List<String> columns) throws IOException {
        Format format = format(file);
        String content = content(file);
        if (content.isBlank()) {
            throw new DataFileException(file, "the file is empty; expected the columns " + columns);
        }
        List<Row> rows = format.rows(file, content, columns);
        if (rows.isEmpty()) {
            throw new DataFileException(file, "the file has a header but no rows");
        }
        for (Row row : rows) {
            for (int i = 0; i < columns.size(); i++) {
                if (row.values().get(i).isBlank()) {
                    throw new DataFileException(file, row.line(), "the " + columns.get(i) + " is blank");
                }
            }
        }
        return rows;
    }

    /**
     * Reads a file of one text a line. Blank lines are passed over.
     *
     * @throws DataFileException if the file is missing or has no texts
     */
    public static List<String> lines(Path file) throws IOException {
        List<String> lines =
                content(file).lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw new DataFileException(file, "the file has no texts; expected a text a line");
        }
        return lines;
    }

    private static Format format(Path file) throws DataFileException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".tsv")) {
            return TextTable::tabs;
        }
        if (name.endsWith(".csv")) {
            return TextTable::commas;
        }
        if (name.endsWith(".jsonl")) {
            return TextTable::json;
        }
        throw new DataFileException(file, "unknown ending; expected .tsv, .csv or .jsonl");
    }

    /** A file's text, without a byte order mark. */
    static String content(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new DataFileException(file, Files.exists(file) ? "this is no file" : "there is no such file");
        }
        try {
            String content = Files.readString(file, StandardCharsets.UTF_8);
            return content.startsWith("\uFEFF") ? content.substring(1) : content;
        } catch (CharacterCodingException e) {
            throw new DataFileException(file, "the file is not in UTF-8");
        }
    }

    private static List<Row> tabs(Path file, String content, List<String> columns) throws IOException {
        BufferedReader lines = new BufferedReader(new StringReader(content));
        String[] header = lines.readLine().split("\t", -1);
        int[] wanted = positions(file, header, columns);
        List<Row> rows = new ArrayList<>();
        String line;
        for (long number = 2; (line = lines.readLine()) != null; number++) {
            if (!line.isBlank()) {
                rows.add(row(file, number, line.split("\t", -1), header, wanted));
            }
        }
        return rows;
    }

    private static List<Row> commas(Path file, String content, List<String> columns) throws IOException {
        try (CSVReader reader = new CSVReaderBuilder(new StringReader(content))
                .withCSVParser(new RFC4180ParserBuilder().build())
                .build()) {
            String[] header = reader.readNext();
            int[] wanted = positions(file, header, columns);
            List<Row> rows = new ArrayList<>();
            while (true) {
                long number = reader.getLinesRead() + 1;
                String[] values = reader.readNext();
                if (values == null) {
                    return rows;
                }
                if (values.length > 1 || !values[0].isBlank()) {
                    rows.add(row(file, number, values, header, wanted));
                }
            }
        } catch (CsvMalformedLineException e) {
            throw new DataFileException(file, e.getLineNumber(), "no valid CSV: " + e.getMessage());
        } catch (CsvException e) {
            throw new DataFileException(file, e.getLineNumber(), "no valid CSV: " + e.getMessage());
        }
    }

    private static List<Row> json(Path file, String content, List<String> columns) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        BufferedReader lines = new BufferedReader(new StringReader(content));
        List<Row> rows = new ArrayList<>();
        String line;
        for (long number = 1; (line = lines.readLine()) != null; number++) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode object;
            try {
                object = mapper.readTree(line);
            } catch (JsonProcessingException e) {
                throw new DataFileException(file, number, "no valid JSON: " + e.getOriginalMessage());
            }
            List<String> values = new ArrayList<>();
            for (String column : columns) {
                JsonNode value = object.path(column);
                if (!value.isValueNode() || value.isNull()) {
                    throw new DataFileException(file, number, "expected an object with a value for '" + column + "'");
                }
                values.add(value.asText());
            }
            rows.add(new Row(number, values));
        }
        return rows;
    }

    private static int[] positions(Path file, String[] header, List<String> columns) throws DataFileException {
        List<String> names = Arrays.stream(header).map(String::strip).toList();
        int[] positions = new int[columns.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = names.indexOf(columns.get(i));
            if (positions[i] < 0) {
                throw new DataFileException(
                        file, 1, "the header has no column '" + columns.get(i) + "'; it has " + names);
            }
        }
        return positions;
    }

    private static Row row(Path file, long line, String[] values, String[] header, int[] wanted)
            throws DataFileException {
        if (values.length != header.length) {
            throw new DataFileException(
                    file, line, "found " + values.length + " columns, but the header has " + header.length);
        }
        return new Row(
                line, Arrays.stream(wanted).mapToObj(i -> values[i].strip()).toList());
    }
}
