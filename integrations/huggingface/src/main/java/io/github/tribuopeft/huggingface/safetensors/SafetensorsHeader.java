package io.github.tribuopeft.huggingface.safetensors;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.huggingface.files.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON header of a safetensors file. It is parsed as a stream, so a malicious header does not need more memory than
 * the tensors that it names.
 *
 * @param tensors locations of the tensors by name, in the order of the values
 * @param metadata metadata that the writer of the file added
 */
record SafetensorsHeader(Map<String, Tensor> tensors, Map<String, String> metadata) {

    /** Key of the metadata among the names of tensors. */
    static final String METADATA = "__metadata__";

    /** Reads one value at a time from the header, so more tokens follow the value. */
    private static final ObjectReader VALUES =
            StrictJson.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final ObjectReader TENSOR = VALUES.forType(Tensor.class);
    private static final ObjectReader TEXTS = VALUES.forType(new TypeReference<Map<String, String>>() {});

    /**
     * Location of a tensor.
     *
     * @param dtype name of the number format
     * @param extents shape of the tensor
     * @param offsets offset of its first byte and of the byte after its last, from the start of the values
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

        /**
         * Checks the values.
         *
         * @throws IOException if they are not valid; the message continues a sentence that starts with the tensor's
         *     name
         */
        private void check() throws IOException {
            if (dtype == null || extents == null || offsets == null || offsets.length != 2) {
                throw new IOException("needs a dtype, a shape and two data_offsets");
            }
            long values = 1;
            for (long extent : extents) {
                if (extent < 0 || extent > 0 && values > Long.MAX_VALUE / Double.BYTES / extent) {
                    throw new IOException("has an invalid shape: " + shapeText());
                }
                values *= extent;
            }
            if (begin() < 0 || end() < begin()) {
                throw new IOException("has invalid data_offsets: " + begin() + " to " + end());
            }
            Optional<FloatFormat> format = FloatFormat.named(dtype);
            if (format.isPresent() && format.get().bytes() * values != end() - begin()) {
                throw new IOException(dtype + " " + shapeText() + " needs "
                        + format.get().bytes() * values + " bytes, but has bytes " + begin() + " to " + end());
            }
        }

        private String shapeText() {
            return Arrays.toString(extents);
        }
    }

    /**
     * Parses a header.
     *
     * @param json bytes of the header
     * @param valueBytes number of bytes of values after the header, which the tensors must fill without a gap
     * @throws IOException if the header is not valid; the message contains the reason
     */
    static SafetensorsHeader parse(byte[] json, long valueBytes) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = Map.of();
        try (JsonParser parser = StrictJson.MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("its header is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    metadata = TEXTS.readValue(parser);
                } else {
                    tensors.put(name, tensor(name, parser));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException("its header is not valid JSON of tensors: " + StrictJson.reason(e), e);
        }
        return new SafetensorsHeader(inOrder(tensors, valueBytes), metadata == null ? Map.of() : metadata);
    }

    private static Tensor tensor(String name, JsonParser parser) throws IOException {
        Tensor tensor = TENSOR.readValue(parser);
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

    /**
     * Sorts the tensors and checks that each begins where the previous one ends, and that the last one ends with the
     * file.
     */
    private static Map<String, Tensor> inOrder(Map<String, Tensor> tensors, long valueBytes) throws IOException {
        List<Map.Entry<String, Tensor>> entries = new ArrayList<>(tensors.entrySet());
        entries.sort(Map.Entry.comparingByValue(
                Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end)));
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        long position = 0;
        for (Map.Entry<String, Tensor> entry : entries) {
            Tensor tensor = entry.getValue();
            if (tensor.begin() != position) {
                throw new IOException("tensor '" + entry.getKey() + "' begins at byte " + tensor.begin()
                        + " of the values, but the tensor before it ends at " + position);
            }
            position = tensor.end();
            ordered.put(entry.getKey(), tensor);
        }
        if (position != valueBytes) {
            throw new IOException("its tensors need " + position + " bytes, but it contains " + valueBytes
                    + " bytes of values: it was cut short, or its header is wrong");
        }
        return ordered;
    }
}
