package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** Bytes of safetensors files as tests need them. */
final class Safetensors {

    private Safetensors() {}

    /** A header and what follows it. */
    static byte[] file(String header, byte[] values) {
        byte[] json = header.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(values)
                .array();
    }

    /** A file of tensors with notes of its writer. */
    static byte[] with(Map<String, String> metadata, Map<String, Tensor> tensors) throws IOException {
        byte[] plain = TinyBertDirectory.safetensors(tensors);
        int length = (int) ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getLong();
        ObjectNode header = (ObjectNode) new ObjectMapper().readTree(plain, Long.BYTES, length);
        header.putPOJO("__metadata__", metadata);
        return file(header.toString(), Arrays.copyOfRange(plain, Long.BYTES + length, plain.length));
    }
}
