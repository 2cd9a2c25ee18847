package io.github.tribuopeft.huggingface.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.huggingface.files.Printable;
import io.github.tribuopeft.huggingface.files.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values of an {@code adapter_config.json}. An error names the file and the key. A key with the value null counts as
 * missing, as in PEFT. No file, URL or library that a value names is opened, downloaded or imported.
 *
 * @param json the values
 * @param file the file, for errors
 */
record AdapterConfig(JsonNode json, Path file) {

    /** Limit on the size of the file. LoRA with a separate rank for each of thousands of modules is smaller. */
    private static final int MAX_BYTES = 4 << 20;

    /** Number of characters of a value that an error shows. */
    private static final int MAX_SHOWN = 200;

    /** Keys of all types of adapters. */
    private static final Set<String> COMMON = Set.of(
            "peft_type",
            "task_type",
            "auto_mapping",
            "base_model_name_or_path",
            "inference_mode",
            "modules_to_save",
            "peft_version",
            "revision",
            "runtime_config");

    /**
     * Reads a file.
     *
     * @throws AdapterException if the file cannot be read, is too large, or is not a JSON object
     */
    static AdapterConfig read(Path file) {
        JsonNode json = AdapterFiles.reading(() -> StrictJson.read(file, MAX_BYTES));
        if (!json.isObject()) {
            throw new AdapterException(file + " is not a JSON object");
        }
        return new AdapterConfig(json, file);
    }

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** Returns the keys that are neither common to all types of adapters nor in {@code known}. */
    List<String> unknownKeys(Set<String> known) {
        List<String> unknown = new ArrayList<>();
        json.fieldNames().forEachRemaining(key -> {
            if (!COMMON.contains(key) && !known.contains(key)) {
                unknown.add(key);
            }
        });
        return unknown;
    }

    /**
     * Returns a required text.
     *
     * @throws AdapterException if it is missing or not valid text
     */
    String text(String key) {
        JsonNode value = json.path(key);
        if (!value.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.asText())) {
            throw wrong(key, "a text");
        }
        return value.asText();
    }

    /**
     * Returns a text, or a default if it is missing.
     *
     * @throws AdapterException if it is not valid text
     */
    String text(String key, String defaultValue) {
        return has(key) ? text(key) : defaultValue;
    }

    /**
     * Returns a required positive integer.
     *
     * @throws AdapterException if it is missing or not a positive integer
     */
    int integer(String key) {
        if (!isInteger(json.path(key)) || json.get(key).asInt() < 1) {
            throw wrong(key, "a positive integer");
        }
        return json.get(key).asInt();
    }

    private static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    /**
     * Returns a required finite number.
     *
     * @throws AdapterException if it is missing or not a finite number
     */
    double real(String key) {
        if (!isReal(json.path(key))) {
            throw wrong(key, "a number");
        }
        return json.get(key).asDouble();
    }

    private static boolean isReal(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.asDouble());
    }

    /**
     * Returns a boolean; false if it is missing.
     *
     * @throws AdapterException if it is not a boolean
     */
    boolean flag(String key) {
        if (has(key) && !json.get(key).isBoolean()) {
            throw wrong(key, "true or false");
        }
        return has(key) && json.get(key).asBoolean();
    }

    /**
     * Returns the different texts of a list, or a single text; none if the key is missing.
     *
     * @throws AdapterException if the value is not a text or a list of texts
     */
    List<String> texts(String key) {
        Set<String> texts = new LinkedHashSet<>();
        values(key).forEach(value -> {
            if (!value.isTextual()) {
                throw wrong(key, "a text or a list of texts");
            }
            texts.add(value.asText());
        });
        return List.copyOf(texts);
    }

    /**
     * Returns the integers of a list, or a single integer; none if the key is missing.
     *
     * @throws AdapterException if the value is not an integer or a list of integers, or one is negative
     */
    Set<Integer> integers(String key) {
        Set<Integer> integers = new LinkedHashSet<>();
        values(key).forEach(value -> {
            if (!isInteger(value) || value.asInt() < 0) {
                throw wrong(key, "an integer that is not negative, or a list of such integers");
            }
            integers.add(value.asInt());
        });
        return integers;
    }

    private List<JsonNode> values(String key) {
        List<JsonNode> values = new ArrayList<>();
        if (has(key) && json.get(key).isArray()) {
            json.get(key).forEach(values::add);
        } else if (has(key)) {
            values.add(json.get(key));
        }
        return values;
    }

    /**
     * Returns numbers by name; none if the key is missing.
     *
     * @throws AdapterException if the value is not an object of finite numbers
     */
    Map<String, Double> numbers(String key) {
        if (has(key) && !json.get(key).isObject()) {
            throw wrong(key, "numbers by the names of modules");
        }
        Map<String, Double> numbers = new LinkedHashMap<>();
        json.path(key).fields().forEachRemaining(entry -> {
            if (!isReal(entry.getValue())) {
                throw wrong(key, "numbers by the names of modules");
            }
            numbers.put(entry.getKey(), entry.getValue().asDouble());
        });
        return numbers;
    }

    /**
     * Checks that a value is missing or is the one of the backbone.
     *
     * @throws AdapterException if it is a different value
     */
    void expect(String key, int ofBackbone) {
        if (has(key) && !(isInteger(json.get(key)) && json.get(key).asInt() == ofBackbone)) {
            throw wrong(key, ofBackbone + ", the value of the backbone");
        }
    }

    /**
     * Checks that an unsupported option is not used: it is missing, false, empty or {@code none}.
     *
     * @throws AdapterException if the option is used
     */
    void refuse(String key) {
        JsonNode value = json.path(key);
        boolean unused = !has(key)
                || value.isBoolean() && !value.asBoolean()
                || value.isContainerNode() && value.isEmpty()
                || value.asText().equals("none");
        if (!unused) {
            throw new AdapterException(file + ": '" + key + "' is " + shown(value)
                    + ", but adapters with this option are not supported; expected it unused");
        }
    }

    /** Returns an error about the value of a key. */
    AdapterException wrong(String key, String expected) {
        JsonNode value = json.path(key);
        return new AdapterException(file + ": '" + key + "' is " + (value.isMissingNode() ? "missing" : shown(value))
                + "; expected " + expected);
    }

    /** Returns a value as text for an error. */
    String shown(String key) {
        return shown(json.path(key));
    }

    private static String shown(JsonNode value) {
        return Printable.text(value.toString(), MAX_SHOWN);
    }
}
