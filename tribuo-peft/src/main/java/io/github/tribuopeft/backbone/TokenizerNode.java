package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;

/**
 * Value in a {@code tokenizer.json}. An error names its place, what was found and what is expected.
 *
 * @param json the value
 * @param place the value's place, such as {@code normalizer.normalizers[1].content}
 */
record TokenizerNode(JsonNode json, String place) {

    private static final int SHOWN = 60;

    /** Returns the value of a key; it is {@linkplain #isAbsent absent} where there is none. */
    TokenizerNode at(String key) {
        return new TokenizerNode(json.path(key), place.isEmpty() ? key : place + "." + key);
    }

    /** Returns an element of an array. */
    TokenizerNode at(int index) {
        return new TokenizerNode(json.path(index), place + "[" + index + "]");
    }

    /** Whether the value is missing or null. */
    boolean isAbsent() {
        return json.isMissingNode() || json.isNull();
    }

    /** Returns the value as an object. */
    TokenizerNode object() throws IOException {
        return require(json.isObject(), "an object");
    }

    /** Returns the value as an array of at most {@code most} elements. */
    TokenizerNode array(int most) throws IOException {
        require(json.isArray(), "an array");
        if (json.size() > most) {
            throw new IOException(place + " has " + json.size() + " elements; supported are at most " + most);
        }
        return this;
    }

    /** Returns the value as a text of {@code least} to {@code most} characters. */
    String text(int least, int most) throws IOException {
        require(json.isTextual(), "a text");
        String text = json.textValue();
        if (text.length() < least || text.length() > most) {
            throw new IOException(place + " has " + text.length() + " characters; expected " + least + " to " + most);
        }
        return text;
    }

    /** Returns the value as an integer in {@code [least, most]}. */
    int integer(int least, int most) throws IOException {
        boolean inRange = json.isIntegralNumber()
                && json.canConvertToLong()
                && json.longValue() >= least
                && json.longValue() <= most;
        require(inRange, "an integer in [" + least + ", " + most + "]");
        return json.intValue();
    }

    /** Returns the value as a token id. */
    int id() throws IOException {
        return integer(0, Integer.MAX_VALUE - 1);
    }

    /** Refuses keys that are not known. A key with the value null counts as absent. */
    void requireKeys(Set<String> known) throws IOException {
        for (Iterator<String> keys = json.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!known.contains(key) && !json.get(key).isNull()) {
                throw new IOException(at(key).place + " is not supported; supported: " + String.join(", ", known));
            }
        }
    }

    /** Returns this value if it is what is expected. */
    TokenizerNode require(boolean holds, String expected) throws IOException {
        if (!holds) {
            throw wrong(expected);
        }
        return this;
    }

    /** Returns the error of a value that is not what is expected. */
    IOException wrong(String expected) {
        String found = json.isMissingNode() ? "missing" : shown(json.toString());
        return new IOException((place.isEmpty() ? "the file" : place) + " is " + found + "; expected " + expected);
    }

    /** The beginning of a text from the file, without control characters. */
    static String shown(String text) {
        String begin = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return begin.replaceAll("\\p{Cntrl}", "?");
    }
}
