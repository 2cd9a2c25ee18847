package io.github.tribuopeft.huggingface.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import java.nio.file.Path;
import java.util.List;

/**
 * Values of a JSON configuration file, or of an object in it. An error names the file and the key. A key with the
 * value null counts as missing.
 *
 * @param json the values
 * @param file the file, for errors
 * @param within text in front of keys in errors, such as {@code rope_scaling.}
 */
public record ConfigFile(JsonNode json, Path file, String within) {

    private static final int MAX_BYTES = 32 << 20;

    /** Creates the values of a whole file. */
    public ConfigFile(JsonNode json, Path file) {
        this(json, file, "");
    }

    /**
     * Reads a file.
     *
     * @throws BackboneException if the file cannot be read, is a Git LFS pointer, is too large or is not valid JSON
     */
    public static ConfigFile read(Path file) {
        return new ConfigFile(StrictJson.read(file, MAX_BYTES), file);
    }

    /** Returns the values of an inner object; none if it is missing or null. */
    public ConfigFile in(String key) {
        return new ConfigFile(json.path(key), file, within + key + ".");
    }

    /** Returns whether a key has a value other than null. */
    public boolean has(String key) {
        return json.hasNonNull(key);
    }

    /**
     * Returns a positive integer.
     *
     * @throws BackboneException if it is missing or not a positive integer
     */
    public int integer(String key) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "must be a positive integer, but is " + shown(value));
        }
        return value.asInt();
    }

    /**
     * Returns an integer that is not negative, or a default if it is missing.
     *
     * @throws BackboneException if it is not such an integer
     */
    public int integer(String key, int defaultValue) {
        if (!has(key)) {
            return defaultValue;
        }
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw wrong(key, "must be an integer that is not negative, but is " + value);
        }
        return value.asInt();
    }

    /**
     * Returns a finite number.
     *
     * @throws BackboneException if it is missing or not a finite number
     */
    public double real(String key) {
        JsonNode value = json.path(key);
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw wrong(key, "must be a number, but is " + shown(value));
        }
        return value.asDouble();
    }

    /**
     * Returns a finite number, or a default if it is missing.
     *
     * @throws BackboneException if it is not a finite number
     */
    public double real(String key, double defaultValue) {
        return has(key) ? real(key) : defaultValue;
    }

    /**
     * Returns a boolean, or a default if it is missing.
     *
     * @throws BackboneException if it is not a boolean
     */
    public boolean flag(String key, boolean defaultValue) {
        if (!has(key)) {
            return defaultValue;
        }
        JsonNode value = json.path(key);
        if (!value.isBoolean()) {
            throw wrong(key, "must be true or false, but is " + value);
        }
        return value.asBoolean();
    }

    /** Returns a value as text, or a default if it is missing. */
    public String text(String key, String defaultValue) {
        return json.path(key).asText(defaultValue);
    }

    /**
     * Checks that the architecture's program supports a value. A missing value is supported.
     *
     * @param expected the supported value
     * @param synonyms other spellings of it
     * @throws BackboneException if the value is a different one
     */
    public void require(String key, String expected, String... synonyms) {
        String value = has(key) ? json.path(key).asText() : expected;
        if (!value.equals(expected) && !List.of(synonyms).contains(value)) {
            throw unsupported(key, value, "'" + expected + "'");
        }
    }

    /** Returns the error for a value that the architecture's program does not support. */
    public BackboneException unsupported(String key, String value, String supported) {
        return wrong(key, "is '" + value + "', but this architecture's program computes " + supported);
    }

    private BackboneException wrong(String key, String fault) {
        return new BackboneException(file + ": '" + within + key + "' " + fault);
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }
}
