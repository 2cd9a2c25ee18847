package io.github.tribuopeft.huggingface.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.data.JsonReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reader of strict JSON: a limited size and depth, no repeated keys, no content after the value and no conversions
 * between types.
 */
public final class StrictJson {

    private static final int MAX_DEPTH = 100;

    /** Mapper that reads one whole document. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private StrictJson() {}

    /**
     * Reads a file.
     *
     * @param maxBytes largest size that is read
     * @throws BackboneException if the file cannot be read, is a Git LFS pointer, is too large or is not valid JSON
     */
    public static JsonNode read(Path file, int maxBytes) {
        GitLfsPointer.refuse(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new BackboneException(file + " has more than " + maxBytes + " bytes");
            }
            return MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new BackboneException(file + " is not valid JSON: " + reason(e), e);
        } catch (IOException e) {
            throw BackboneException.unreadable(file, e);
        }
    }

    /**
     * Returns the reason of an error with its line and column. The reason quotes at most 200 characters of the text.
     */
    public static String reason(JsonProcessingException error) {
        String where = error.getLocation() == null
                ? ""
                : " (line " + error.getLocation().getLineNr() + ", column "
                        + error.getLocation().getColumnNr() + ")";
        return Printable.text(JsonReason.of(error), 200) + where;
    }
}
