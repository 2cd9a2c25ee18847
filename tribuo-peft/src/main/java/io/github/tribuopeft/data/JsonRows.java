package io.github.tribuopeft.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a JSON Lines file: one object in each line that is not blank. Values are strings, integers or booleans;
 * integers and booleans are converted to their JSON text. Other keys are ignored.
 */
final class JsonRows implements TableRows {

    private static final ObjectReader JSON = new ObjectMapper(JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .getFactory())
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final DataLines lines;
    private final List<String> columns;

    JsonRows(DataLines lines, List<String> columns) {
        this.lines = lines;
        this.columns = columns;
    }

    @Override
    public TextTable.Row next() throws IOException {
        String line = lines.next();
        while (line != null && Whitespace.trim(line).isEmpty()) {
            line = lines.next();
        }
        return line == null ? null : new TextTable.Row(lines.number(), values(line));
    }

    @Override
    public String missing() {
        return "the file is empty; expected objects with the keys " + columns;
    }

    /** Parses the current line. */
    static JsonNode parse(DataLines lines, String line) throws DataFileException {
        try {
            return JSON.readValue(line);
        } catch (JsonProcessingException e) {
            throw lines.error("not valid JSON: " + JsonReason.of(e));
        }
    }

    private List<String> values(String line) throws DataFileException {
        JsonNode object = parse(lines, line);
        List<String> values = new ArrayList<>(columns.size());
        for (String column : columns) {
            JsonNode value = object.path(column);
            if (value.isMissingNode() || value.isNull()) {
                throw lines.error("expected an object with a value for '" + column + "'");
            }
            if (!value.isTextual() && !value.isIntegralNumber() && !value.isBoolean()) {
                throw lines.error("the " + column + " is " + Quotes.of(value.toString())
                        + "; expected a string, an integer or a boolean");
            }
            values.add(requireText(lines, column, value.asText()));
        }
        return values;
    }

    /** Refuses characters that only JSON escapes can write: NUL and unpaired surrogates. */
    static String requireText(DataLines lines, String column, String value) throws DataFileException {
        if (value.indexOf('\0') >= 0) {
            throw lines.error("the " + column + " " + Quotes.of(value) + " contains a NUL character");
        }
        try {
            return Whitespace.requireUnicode(column, value);
        } catch (IllegalArgumentException e) {
            throw lines.error(e.getMessage());
        }
    }
}
