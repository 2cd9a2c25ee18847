package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values of an {@code adapter_config.json}; an error names the file and the key. A key with the value null counts as absent, as in PEFT. Nothing
 * that a value names is opened, downloaded or imported: not a base model, a tokenizer, nor the library of {@code auto_mapping}.
 */
record AdapterConfig(JsonNode json, Path file) {

    /** Far more than PEFT writes: even LoRA with a rank for each of thousands of modules takes less. */
    private static final int LARGEST = 4 << 20;

    /** How much of a value an error shows. */
    private static final int SHOWN = 200;

    /** Keys of all kinds of adapters. */
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
     * @throws AdapterException if it cannot be read, is too large, or is not a JSON object
     */
    static AdapterConfig read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new AdapterException(file + " has more than " + LARGEST + " bytes; an " + AdapterFiles.CONFIG
                        + " of PEFT has a few thousand");
            }
            JsonNode json = StrictJson.MAPPER.readTree(bytes);
            if (!json.isObject()) {
                throw new AdapterException(file + " is not a JSON object");
            }
            return new AdapterConfig(json, file);
        } catch (JsonProcessingException e) {
            throw new AdapterException(file + " is not valid JSON: " + StrictJson.reason(e), e);
        } catch (IOException e) {
            throw AdapterFiles.unreadable(file, e);
        }
    }

    boolean has(String key) {
        return json.hasNonNull(key);
    }

    /** The keys that are neither common to all kinds of adapters nor among {@code known}. */
    List<String> unknownKeys(Set<String> known) {
        List<String> unknown = new ArrayList<>();
        json.fieldNames().forEachRemaining(key -> {
            if (!COMMON.contains(key) && !known.contains(key)) {
                unknown.add(key);
            }
        });
        return unknown;
    }

    /** A text, which must be there. */
    String text(String key) {
        JsonNode value = json.path(key);
        if (!value.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.asText())) {
            throw wrong(key, "a text");
        }
        return value.asText();
    }

    /** A text, or what stands for it. */
    String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    /** A positive integer, which must be there. */
    int integer(String key) {
        if (!isInteger(json.path(key)) || json.get(key).asInt() < 1) {
            throw wrong(key, "a positive integer");
        }
        return json.get(key).asInt();
    }

    private static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    /** A number, which must be there. */
    double real(String key) {
        if (!isReal(json.path(key))) {
            throw wrong(key, "a number");
        }
        return json.get(key).asDouble();
    }

    private static boolean isReal(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.asDouble());
    }

    /** A truth value; false where it is missing. */
    boolean flag(String key) {
        if (has(key) && !json.get(key).isBoolean()) {
            throw wrong(key, "true or false");
        }
        return has(key) && json.get(key).asBoolean();
    }

    /** Texts without repetitions: those of a list, or a single one; none where the key is missing. */
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

    /** Integers of at least 0: those of a list, or a single one; none where the key is missing. */
    Set<Integer> integers(String key) {
        Set<Integer> integers = new LinkedHashSet<>();
        values(key).forEach(value -> {
            if (!isInteger(value) || value.asInt() < 0) {
                throw wrong(key, "an integer of at least 0 or a list of them");
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

    /** Numbers by name; none where the key is missing. */
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

    /** Checks that a key says nothing else than the backbone does. */
    void expect(String key, int ofBackbone) {
        if (has(key) && !(isInteger(json.get(key)) && json.get(key).asInt() == ofBackbone)) {
            throw wrong(key, ofBackbone + ", as the backbone has it");
        }
    }

    /**
     * Checks that an option is not used that nobody here can honour.
     *
     * @param key an option that must be absent, false, empty, or have the value {@code none}
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

    /** An error about a key. */
    AdapterException wrong(String key, String expected) {
        JsonNode value = json.path(key);
        return new AdapterException(file + ": '" + key + "' is " + (value.isMissingNode() ? "missing" : shown(value))
                + "; expected " + expected);
    }

    /** A value as an error shows it. */
    String shown(String key) {
        return shown(json.path(key));
    }

    private static String shown(JsonNode value) {
        return Printable.text(value.toString(), SHOWN);
    }
}
