package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads JSON files of a limited size and depth. */
final class JsonFile {

    private static final int MOST_BYTES = 32 << 20;
    private static final int DEEPEST = 100;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build());

    private JsonFile() {}

    /**
     * Reads a file.
     *
     * @throws BackboneException if it cannot be read, is a Git LFS pointer, is too large or is not JSON
     */
    static JsonNode read(Path file) {
        GitLfsPointer.refuse(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new BackboneException(file + " has more than " + MOST_BYTES + " bytes");
            }
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new BackboneException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw BackboneException.unreadable(file, e);
        }
    }
}
