package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes float32 tensors as a <a href="https://huggingface.co/docs/safetensors">safetensors</a> file. */
final class SafetensorsWriter {

    private SafetensorsWriter() {}

    /** Writes tensors in the order of their names, and what else is to be said. */
    static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        AtomicFile.write(file, out -> write(out, tensors, metadata));
    }

    /** Writes the content of such a file. */
    static void write(OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put(SafetensorsHeader.METADATA, metadata);
        Map<String, Tensor> sorted = new TreeMap<>(tensors);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : sorted.entrySet()) {
            long end = offset + (long) Float.BYTES * entry.getValue().size();
            header.put(
                    entry.getKey(),
                    Map.of(
                            "dtype", FloatFormat.F32.name(),
                            "shape", entry.getValue().shape().getShape(),
                            "data_offsets", new long[] {offset, end}));
            offset = end;
        }
        String json = new ObjectMapper().writeValueAsString(header);
        // the values begin at a multiple of eight bytes, as the format's own library writes them
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
