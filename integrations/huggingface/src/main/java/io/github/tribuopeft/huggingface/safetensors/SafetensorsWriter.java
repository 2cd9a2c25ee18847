package io.github.tribuopeft.huggingface.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes float32 tensors as a <a href="https://huggingface.co/docs/safetensors">safetensors</a> file. */
public final class SafetensorsWriter {

    private SafetensorsWriter() {}

    /** Writes the content of a file, with the tensors in the order of their names. */
    public static void write(OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put(SafetensorsHeader.METADATA, metadata);
        Map<String, Tensor> sorted = new TreeMap<>(tensors);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : sorted.entrySet()) {
            long end = offset + (long) Float.BYTES * entry.getValue().size();
            Map<String, Object> location = new LinkedHashMap<>(); // the same bytes in every run
            location.put("dtype", FloatFormat.F32.name());
            location.put("shape", entry.getValue().shape().getShape());
            location.put("data_offsets", new long[] {offset, end});
            header.put(entry.getKey(), location);
            offset = end;
        }
        String json = new ObjectMapper().writeValueAsString(header);
        // the values begin at a multiple of eight bytes, as in files of the safetensors library
        byte[] text = (json + " ".repeat((8 - json.getBytes(StandardCharsets.UTF_8).length % 8) % 8))
                .getBytes(StandardCharsets.UTF_8);
        out.write(bytes(Long.BYTES).putLong(text.length).array());
        out.write(text);
        for (Tensor tensor : sorted.values()) {
            ByteBuffer values = bytes(Float.BYTES * tensor.size());
            values.asFloatBuffer().put(tensor.values());
            out.write(values.array());
        }
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }
}
