package io.github.tribuopeft.huggingface.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Safetensors files for tests. */
public final class Safetensors {

    private Safetensors() {}

    /** Returns the bytes of a file with a header and values. */
    public static byte[] file(String header, byte[] values) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(values)
                .array();
    }

    /** Returns the bytes of a file with tensors and metadata. */
    public static byte[] with(Map<String, String> metadata, Map<String, Tensor> tensors) throws IOException {
        byte[] plain = TinyBertDirectory.safetensors(tensors);
        int length = (int) ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getLong();
        ObjectNode header = (ObjectNode) new ObjectMapper().readTree(plain, Long.BYTES, length);
        header.putPOJO("__metadata__", metadata);
        return file(header.toString(), Arrays.copyOfRange(plain, Long.BYTES + length, plain.length));
    }

    /** Writes a file. */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(out, tensors, metadata);
        }
    }

    /**
     * Parses a header.
     *
     * @param valueBytes number of bytes of values after the header
     * @throws IOException if the header is not valid
     */
    public static void parseHeader(byte[] json, long valueBytes) throws IOException {
        SafetensorsHeader.parse(json, valueBytes);
    }
}
