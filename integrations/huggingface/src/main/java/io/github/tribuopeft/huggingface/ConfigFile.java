package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The values of a {@code config.json}; an error names the file and the key. */
record ConfigFile(JsonNode json, Path file) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What families call their number of layers. */
    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");

    /**
     * Reads a file.
     *
     * @throws BackboneException if it cannot be read or is no JSON
     */
    static ConfigFile read(Path file) {
        try {
            return new ConfigFile(JSON.readTree(Files.readAllBytes(file)), file);
        } catch (JsonProcessingException e) {
            throw new BackboneException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BackboneException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    int integer(String key) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw new BackboneException(file + ": '" + key + "' must be a positive integer, but is " + found(value));
        }
        return value.asInt();
    }

    double real(String key) {
        JsonNode value = json.path(key);
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw new BackboneException(file + ": '" + key + "' must be a number, but is " + found(value));
        }
        return value.asDouble();
    }

    boolean flag(String key, boolean otherwise) {
        return json.path(key).asBoolean(otherwise);
    }

    String text(String key, String otherwise) {
        return json.path(key).asText(otherwise);
    }

    void require(String key, String expected) {
        String value = json.path(key).asText(expected);
        if (!value.equals(expected)) {
            throw new BackboneException(file + ": '" + key + "' is '" + value
                    + "', but this architecture's program computes '" + expected + "'");
        }
    }

    /** Refuses more layers than there are tensors to make them of, before anything is laid out for them. */
    void requireLayersWithin(int tensors) {
        for (String key : LAYERS) {
            if (json.path(key).isNumber() && json.path(key).asDouble() > tensors) {
                throw new BackboneException(file + ": '" + key + "' is " + json.path(key)
                        + ", but the weights are only " + tensors + " tensors");
            }
        }
    }

    private static String found(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }
}
