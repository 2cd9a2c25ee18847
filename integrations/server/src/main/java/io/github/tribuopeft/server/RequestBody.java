package io.github.tribuopeft.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.tribuopeft.generation.GenerationRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** JSON object of a request, whose fields are known and have the right types. */
final class RequestBody {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> PREDICT = Set.of("texts", "words", "deadlineMs");
    private static final Set<String> GENERATE = Set.of(
            "prompt",
            "maxTokens",
            "temperature",
            "topK",
            "topP",
            "minP",
            "repetitionPenalty",
            "seed",
            "stop",
            "stream");

    private final JsonNode fields;

    private RequestBody(JsonNode fields) {
        this.fields = fields;
    }

    /** Parses the body of a prediction. */
    static RequestBody predict(byte[] json) {
        return parse(json, PREDICT);
    }

    /** Parses the body of a generation. */
    static RequestBody generate(byte[] json) {
        return parse(json, GENERATE);
    }

    private static RequestBody parse(byte[] json, Set<String> known) {
        JsonNode fields;
        try {
            fields = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw bad("The body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw bad("The body is not JSON in UTF-8");
        }
        if (fields == null || !fields.isObject()) {
            throw bad("The body must be a JSON object");
        }
        for (Iterator<String> names = fields.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw bad("Unknown field '" + abbreviated(name) + "'; expected some of "
                        + known.stream().sorted().toList());
            }
        }
        return new RequestBody(fields);
    }

    private static String abbreviated(String name) {
        return name.length() > 50 ? name.substring(0, 50) + "…" : name;
    }

    /** Returns the texts of a prediction. */
    List<String> texts(ServerLimits limits) {
        List<String> texts = strings(fields.get("texts"), "texts");
        requireCount(texts.size(), limits);
        texts.forEach(text -> requireLength(text, limits));
        return texts;
    }

    /** Returns the sentences of a prediction that are split into words; empty if it has texts. */
    Optional<List<List<String>>> words(ServerLimits limits) {
        JsonNode words = fields.get("words");
        if (words == null) {
            return Optional.empty();
        }
        if (fields.has("texts")) {
            throw bad("A request has 'texts' or 'words', not both");
        }
        if (!words.isArray()) {
            throw bad("'words' must be an array of arrays of strings");
        }
        List<List<String>> sentences = new ArrayList<>();
        for (JsonNode sentence : words) {
            List<String> own = strings(sentence, "words");
            requireLength(String.join(" ", own), limits);
            sentences.add(own);
        }
        requireCount(sentences.size(), limits);
        return Optional.of(sentences);
    }

    private static void requireCount(int texts, ServerLimits limits) {
        if (texts == 0 || texts > limits.requestTexts()) {
            throw bad("A request has 1 to " + limits.requestTexts() + " texts, but this one has " + texts);
        }
    }

    private static void requireLength(String text, ServerLimits limits) {
        if (text.length() > limits.textCharacters()) {
            throw bad("A text has at most " + limits.textCharacters() + " characters, but one has " + text.length());
        }
    }

    private static List<String> strings(JsonNode array, String name) {
        if (array == null || !array.isArray()) {
            throw bad("'" + name + "' must be an array of strings");
        }
        List<String> strings = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                throw bad("'" + name + "' must be an array of strings, but has an element of type "
                        + element.getNodeType().name().toLowerCase(Locale.ROOT));
            }
            strings.add(element.textValue());
        }
        return strings;
    }

    /** Returns the deadline. */
    Duration deadline(ServerLimits limits) {
        return fields.has("deadlineMs") ? Duration.ofMillis(integer("deadlineMs", 0)) : limits.deadline();
    }

    /** Whether a generated text is sent in parts. */
    boolean stream() {
        JsonNode stream = fields.get("stream");
        if (stream != null && !stream.isBoolean()) {
            throw bad("'stream' must be true or false");
        }
        return stream != null && stream.booleanValue();
    }

    /** Returns the request of a generation. */
    GenerationRequest generation(ServerLimits limits) {
        JsonNode prompt = fields.get("prompt");
        if (prompt == null || !prompt.isTextual()) {
            throw bad("'prompt' must be a string");
        }
        requireLength(prompt.textValue(), limits);
        try {
            return new GenerationRequest(
                    prompt.textValue(),
                    integer("maxTokens", GenerationRequest.DEFAULT_MAX_TOKENS),
                    number("temperature", 0),
                    integer("topK", 0),
                    number("topP", 1),
                    number("minP", 0),
                    number("repetitionPenalty", 1),
                    integer("seed", 0),
                    fields.has("stop") ? strings(fields.get("stop"), "stop") : List.of());
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
    }

    private int integer(String name, int absent) {
        JsonNode value = fields.get(name);
        if (value == null) {
            return absent;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
            throw bad("'" + name + "' must be a whole number, at least 0");
        }
        return value.intValue();
    }

    private double number(String name, double absent) {
        JsonNode value = fields.get(name);
        if (value == null) {
            return absent;
        }
        if (!value.isNumber()) {
            throw bad("'" + name + "' must be a number");
        }
        return value.doubleValue();
    }

    private static ApiException bad(String detail) {
        return new ApiException(400, detail);
    }
}
