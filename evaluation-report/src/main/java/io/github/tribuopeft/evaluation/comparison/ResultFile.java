package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads and writes {@code results.json}, which contains all data of a report. */
public final class ResultFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rejects missing properties, which Jackson would otherwise set to zero. */
    private static final ObjectReader STRICT = JSON.readerFor(ComparisonResult.class)
            .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private ResultFile() {}

    /**
     * Writes a finished comparison. The file is written completely or not changed.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason
     */
    public static void write(Path file, ComparisonResult result) throws IOException {
        AtomicFile.write(file, out -> JSON.writerWithDefaultPrettyPrinter().writeValue(out, result));
    }

    /**
     * Reads a finished comparison.
     *
     * @throws IOException if the file cannot be read or is not a finished comparison; the message names the file
     */
    public static ComparisonResult read(Path file) throws IOException {
        try {
            JsonNode result = JSON.readTree(file.toFile());
            result.path("contestants").forEach(ResultFile::addDefaults);
            return STRICT.readValue(result);
        } catch (JsonProcessingException e) {
            FileFormat.requireKnown(file);
            throw new IOException(file + " is not a finished comparison: " + e.getOriginalMessage(), e);
        }
    }

    /** Adds the properties that earlier versions did not write. */
    private static void addDefaults(JsonNode candidate) {
        if (candidate instanceof ObjectNode object && !object.has("swept")) {
            object.putObject("swept");
        }
    }
}
