package io.github.tribuopeft.attestation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON objects. Repeated keys and text after the object are errors. */
final class StrictJson {

    private static final long MAX_BYTES = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    /** Returns the bytes of a file, of at most 16 MiB. */
    static byte[] bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(Files.exists(file) ? file + " is not a file" : "There is no file " + file);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has " + Files.size(file) + " bytes; expected at most " + MAX_BYTES);
        }
        return Files.readAllBytes(file);
    }

    /**
     * Parses an object.
     *
     * @param origin the file, for messages
     * @throws IOException if the bytes are not one JSON object
     */
    static ObjectNode parse(byte[] bytes, String origin) throws IOException {
        try {
            if (JSON.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(origin + " is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IOException(origin + " is not a JSON object");
    }

    /** Returns an object in one line, without spaces. */
    static byte[] write(ObjectNode object) {
        try {
            return JSON.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns an object with line breaks and indentation, which ends with a line break. */
    static byte[] writeIndented(ObjectNode object) {
        return (object.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
