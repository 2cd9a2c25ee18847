package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.tribuopeft.engine.FloatFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON in front of a safetensors file's values. It is read from the stream, so a hostile one costs no more memory than the tensors that it
 * names.
 *
 * @param tensors what lies where, by name, in the order of the values
 * @param metadata whatever the writer noted
 */
record SafetensorsHeader(Map<String, Tensor> tensors, Map<String, String> metadata) {

    /** The key of what is no tensor. */
    static final String METADATA = "__metadata__";

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /**
     * A tensor's place.
     *
     * @param dtype the format's name for its numbers
     * @param extents its shape
     * @param offsets its first byte and the one after its last, from the start of the values
     */
    record Tensor(
            @JsonProperty(required = true) String dtype,
            @JsonProperty(value = "shape", required = true) long[] extents,

            @JsonProperty(value = "data_offsets", required = true)
            long[] offsets) {

        Shape shape() {
            return new Shape(extents);
        }

        long begin() {
            return offsets[0];
        }

        long end() {
            return offsets[1];
        }

        /** Says what is wrong with this tensor, beginning at its name. */
        private void check() throws IOException {
            if (dtype == null || extents == null || offsets == null || offsets.length != 2) {
                throw new IOException("needs a dtype, a shape and two data_offsets");
            }
            long values = 1;
            for (long extent : extents) {
                if (extent < 0 || extent > 0 && values > Long.MAX_VALUE / Double.BYTES / extent) {
                    throw new IOException("has no sensible shape: " + shapeText());
                }
                values *= extent;
            }
            if (begin() < 0 || end() < begin()) {
                throw new IOException("cannot lie at bytes " + begin() + " to " + end());
            }
            Optional<FloatFormat> format = FloatFormat.named(dtype);
            if (format.isPresent() && format.get().bytes() * values != end() - begin()) {
                throw new IOException(dtype + " " + shapeText() + " needs "
                        + format.get().bytes() * values + " bytes, but is given bytes " + begin() + " to " + end());
            }
        }

        private String shapeText() {
            return Arrays.toString(extents);
        }
    }

    /**
     * Reads a header.
     *
     * @param json its bytes
     * @param room number of bytes of values that follow it, which the tensors must fill without a gap
     * @throws IOException if it is no such header; the message says why
     */
    static SafetensorsHeader parse(byte[] json, long room) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = Map.of();
        try (JsonParser parser = STRICT.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("its header is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    metadata = STRICT.readValue(parser, new TypeReference<Map<String, String>>() {});
                } else {
                    tensors.put(name, tensor(name, parser));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException("its header is no JSON of tensors: " + e.getOriginalMessage(), e);
        }
        return new SafetensorsHeader(inOrder(tensors, room), metadata == null ? Map.of() : metadata);
    }

    private static Tensor tensor(String name, JsonParser parser) throws IOException {
        Tensor tensor = STRICT.readValue(parser, Tensor.class);
        if (tensor == null) {
            throw new IOException("tensor '" + name + "' is null");
        }
        try {
            tensor.check();
        } catch (IOException e) {
            throw new IOException("tensor '" + name + "' " + e.getMessage(), e);
        }
        return tensor;
    }

    /** As the format wants them: each tensor begins where the last one ends, and the last one ends with the file. */
    private static Map<String, Tensor> inOrder(Map<String, Tensor> tensors, long room) throws IOException {
        List<Map.Entry<String, Tensor>> entries = new ArrayList<>(tensors.entrySet());
        entries.sort(Map.Entry.comparingByValue(
                Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end)));
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        long position = 0;
        for (Map.Entry<String, Tensor> entry : entries) {
            Tensor tensor = entry.getValue();
            if (tensor.begin() != position) {
                throw new IOException("tensor '" + entry.getKey() + "' begins at byte " + tensor.begin()
                        + " of the values, but what lies before it ends at " + position);
            }
            position = tensor.end();
            ordered.put(entry.getKey(), tensor);
        }
        if (position != room) {
            throw new IOException("its tensors take " + position + " bytes, but it holds " + room
                    + " bytes of values: it was cut short, or its header is wrong");
        }
        return ordered;
    }
}
