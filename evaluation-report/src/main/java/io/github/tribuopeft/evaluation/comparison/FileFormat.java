package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Version of the format of cells and results. Files of version 0 do not contain the version. Later versions must write
 * the field {@value #FIELD}; readers of version 0 reject it as an unknown property.
 */
final class FileFormat {

    private static final String FIELD = "formatVersion";
    private static final int CURRENT = 0;
    private static final ObjectMapper JSON = new ObjectMapper();

    private FileFormat() {}

    /**
     * Checks whether a file that cannot be read has a known format.
     *
     * @throws IOException if it was written by a newer version; the message names the file
     */
    static void requireKnown(Path file) throws IOException {
        JsonNode version;
        try {
            version = JSON.readTree(file.toFile()).path(FIELD);
        } catch (JsonProcessingException e) {
            return; // damaged
        }
        if (version.isInt() && version.intValue() > CURRENT) {
            throw new IOException(file + " was written by a newer version of this library: it has format version "
                    + version.intValue() + ", but this library reads versions up to " + CURRENT);
        }
    }
}
