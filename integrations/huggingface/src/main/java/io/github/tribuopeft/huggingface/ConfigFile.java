package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The values of a {@code config.json}, or of an object in it; an error names the file and the key.
 *
 * @param json the values
 * @param file where they are from
 * @param within what stands before keys in messages, such as {@code rope_scaling.}
 */
record ConfigFile(JsonNode json, Path file, String within) {

    /** What families call their number of layers. */
    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");

    ConfigFile(JsonNode json, Path file) {
        this(json, file, "");
    }

    /** The values of an object among the values; none where it is missing or null. */
    ConfigFile in(String key) {
        return new ConfigFile(json.path(key), file, within + key + ".");
    }

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    /**
     * Reads a file.
     *
     * @throws BackboneException if it cannot be read or is no JSON
     */
    static ConfigFile read(Path file) {
        return new ConfigFile(JsonFile.read(file), file);
    }

    int integer(String key) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "must be a positive integer, but is " + found(value));
        }
        return value.asInt();
    }

    /** An integer of at least 0, and what holds where there is none. */
    int integer(String key, int otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw wrong(key, "must be an integer of at least 0, but is " + value);
        }
        return value.asInt();
    }

    double real(String key) {
        JsonNode value = json.path(key);
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw wrong(key, "must be a number, but is " + found(value));
        }
        return value.asDouble();
    }

    double real(String key, double otherwise) {
        return has(key) ? real(key) : otherwise;
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = json.path(key);
        if (!value.isBoolean()) {
            throw wrong(key, "must be true or false, but is " + value);
        }
        return value.asBoolean();
    }

    String text(String key, String otherwise) {
        return json.path(key).asText(otherwise);
    }

    /**
     * Checks that a value is one that the program computes; a missing one is.
     *
     * @param expected what is computed where nothing is said
     * @param alike other spellings of it
     */
    void require(String key, String expected, String... alike) {
        String value = has(key) ? json.path(key).asText() : expected;
        if (!value.equals(expected) && !List.of(alike).contains(value)) {
            throw unsupported(key, value, "'" + expected + "'");
        }
    }

    /** The error of a value that the program has nothing for. */
    BackboneException unsupported(String key, String value, String supported) {
        return wrong(key, "is '" + value + "', but this architecture's program computes " + supported);
    }

    private BackboneException wrong(String key, String what) {
        return new BackboneException(file + ": '" + within + key + "' " + what);
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
        if (!names.isEmpty() && (names.firstKey() != 0 || names.lastKey() != names.size() - 1)) {
            throw new BackboneException(file + ": 'id2label' must number its names from 0 without a gap, but has "
                    + names.size() + " names from " + names.firstKey() + " to " + names.lastKey());
        }
        return List.copyOf(names.values());
    }

    private static String found(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }
}
