package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;

/**
 * JSON value of a {@code tokenizer.json} with its path. Error messages name the path, the value and the expected value.
 *
 * @param json the value
 * @param path path of the value, such as {@code normalizer.normalizers[1].content}
 */
record TokenizerNode(JsonNode json, String path) {

    private static final int MAX_SHOWN = 60;

    /** Returns the value of a key; it is {@linkplain #isAbsent absent} if the key is missing. */
    TokenizerNode at(String key) {
        return new TokenizerNode(json.path(key), path.isEmpty() ? key : path + "." + key);
    }

    /** Returns an element of an array. */
    TokenizerNode at(int index) {
        return new TokenizerNode(json.path(index), path + "[" + index + "]");
    }

    /** Whether the value is missing or null. */
    boolean isAbsent() {
        return json.isMissingNode() || json.isNull();
    }

    /** Returns the value as an object. */
    TokenizerNode object() throws IOException {
        return require(json.isObject(), "an object");
    }

    /** Returns the value as an array of at most {@code max} elements. */
    TokenizerNode array(int max) throws IOException {
        require(json.isArray(), "an array");
        if (json.size() > max) {
            throw new IOException(path + " has " + json.size() + " elements; supported are at most " + max);
        }
        return this;
    }

    /** Returns the value as a text with a length in {@code [min, max]}. */
    String text(int min, int max) throws IOException {
        require(json.isTextual(), "a text");
        String text = json.textValue();
        if (text.length() < min || text.length() > max) {
            throw new IOException(path + " has " + text.length() + " characters; expected " + min + " to " + max);
        }
        return text;
    }

    /** Returns the value as an integer in {@code [min, max]}. */
    int integer(int min, int max) throws IOException {
        boolean inRange = json.isIntegralNumber()
                && json.canConvertToLong()
                && json.longValue() >= min
                && json.longValue() <= max;
        require(inRange, "an integer in [" + min + ", " + max + "]");
        return json.intValue();
    }

    /** Returns the value as a token id. */
    int id() throws IOException {
        return integer(0, Integer.MAX_VALUE - 1);
    }

    /** Refuses keys other than the known ones. A key with the value null counts as absent. */
    void requireKeys(Set<String> known) throws IOException {
        for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!known.contains(key) && !json.get(key).isNull()) {
                throw new IOException(at(key).path + " is not supported; supported: " + String.join(", ", known));
            }
        }
    }

    /** Returns this value if a condition holds. */
    TokenizerNode require(boolean holds, String expected) throws IOException {
        if (!holds) {
            throw wrong(expected);
        }
        return this;
    }

    /** Returns the error of a value that is not the expected one. */
    IOException wrong(String expected) {
        String found = json.isMissingNode() ? "missing" : shown(json.toString());
        return new IOException((path.isEmpty() ? "the file" : path) + " is " + found + "; expected " + expected);
    }

    /** Returns the beginning of a text from the file without control characters, for messages. */
    static String shown(String text) {
        String begin = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return begin.replaceAll("\\p{Cntrl}", "?");
    }
}
