package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The values of a {@code config.json}; an error names the file and the key. */
record ConfigFile(JsonNode json, Path file) {

    int integer(String key) {
        JsonNode value = json.path(key);
        if (!value.canConvertToInt() || value.asInt() < 1) {
            throw new BackboneException(file + ": '" + key + "' must be a positive integer, but is " + found(value));
        }
        return value.asInt();
    }

    /** An integer of at least 0, and what holds where there is none. */
    int integer(String key, int otherwise) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.canConvertToInt() || value.asInt() < 0) {
            throw new BackboneException(file + ": '" + key + "' must be an integer of at least 0, but is " + value);
        }
        return value.asInt();
    }

    double real(String key) {
        JsonNode value = json.path(key);
        if (!value.isNumber()) {
            throw new BackboneException(file + ": '" + key + "' must be a number, but is " + found(value));
        }
        return value.asDouble();
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

    /** The names of {@code id2label} in the order of its ids; empty if there are none. */
    List<String> outputs() {
        SortedMap<Integer, String> names = new TreeMap<>();
        json.path("id2label").fields().forEachRemaining(entry -> {
            try {
                names.put(Integer.valueOf(entry.getKey()), entry.getValue().asText());
            } catch (NumberFormatException e) {
                throw new BackboneException(
                        file + ": 'id2label' must have numbers as keys, but has '" + entry.getKey() + "'", e);
            }
        });
        return List.copyOf(names.values());
    }

    private static String found(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }
}
