package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values of an {@code adapter_config.json}; an error names the file and the key. A key with the value null counts as absent, as in PEFT. */
record AdapterConfig(JsonNode json, Path file) {

    static AdapterConfig read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
            if (!json.isObject()) {
                throw new AdapterException(file + " holds no JSON object");
            }
            return new AdapterConfig(json, file);
        } catch (IOException e) {
            throw new AdapterException(file + " is no JSON: " + e.getMessage(), e);
        }
    }

    private boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** A text, which must be there. */
    String text(String key) {
        if (!json.path(key).isTextual()) {
            throw wrong(key, "a text");
        }
        return json.get(key).asText();
    }

    /** A text, or what stands for it. */
    String text(String key, String otherwise) {
        return has(key) ? json.get(key).asText() : otherwise;
    }

    /** A positive integer, which must be there. */
    int integer(String key) {
        if (!json.path(key).canConvertToInt() || json.get(key).asInt() < 1) {
            throw wrong(key, "a positive integer");
        }
        return json.get(key).asInt();
    }

    /** A number, which must be there. */
    double real(String key) {
        if (!json.path(key).isNumber() || !Double.isFinite(json.get(key).asDouble())) {
            throw wrong(key, "a number");
        }
        return json.get(key).asDouble();
    }

    boolean flag(String key) {
        return json.path(key).asBoolean(false);
    }

    /** Texts, or numbers as texts, without repetitions: those of a list, or a single one. */
    List<String> texts(String key) {
        Set<String> texts = new LinkedHashSet<>();
        if (has(key) && json.get(key).isValueNode()) {
            texts.add(json.get(key).asText());
        }
        json.path(key).forEach(text -> texts.add(text.asText()));
        return new ArrayList<>(texts);
    }

    /** Numbers by name. */
    Map<String, Double> numbers(String key) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        json.path(key).fields().forEachRemaining(entry -> {
            if (!entry.getValue().isNumber()) {
                throw wrong(key, "numbers by the names of modules");
            }
            numbers.put(entry.getKey(), entry.getValue().asDouble());
        });
        return numbers;
    }

    /** Checks that a key says nothing else than the backbone does. */
    void expect(String key, int ofBackbone) {
        if (has(key) && json.get(key).asInt(-1) != ofBackbone) {
            throw wrong(key, ofBackbone + ", as the backbone has it");
        }
    }

    /**
     * Checks that options are not used that nobody here can honour.
     *
     * @param keys options that must be absent, false, empty, or have the value {@code none}
     */
    void refuse(String... keys) {
        for (String key : keys) {
            JsonNode value = json.path(key);
            boolean unused = !has(key)
                    || value.isBoolean() && !value.asBoolean()
                    || value.isContainerNode() && value.isEmpty()
                    || value.asText().equals("none");
            if (!unused) {
                throw new AdapterException(file + ": '" + key + "' is " + value
                        + ", but adapters with this option are not supported; expected it unused");
            }
        }
    }

    /** An error about a key. */
    AdapterException wrong(String key, String expected) {
        JsonNode value = json.path(key);
        return new AdapterException(
                file + ": '" + key + "' is " + (value.isMissingNode() ? "missing" : value) + "; expected " + expected);
    }
}
