package io.github.tribuopeft.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.engine.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writer of the tiny backbone as a Hugging Face directory. */
public final class TinyBertDirectory {

    private TinyBertDirectory() {}

    /** Writes config.json, model.safetensors and tokenizer.json into a new directory. */
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "bert");
        config.put("hidden_act", "gelu");
        config.put("vocab_size", 145);
        config.put("max_position_embeddings", 48);
        config.put("type_vocab_size", 2);
        config.put("hidden_size", 16);
        config.put("num_hidden_layers", 2);
        config.put("num_attention_heads", 2);
        config.put("intermediate_size", 32);
        config.put("layer_norm_eps", 1e-12);
        new ObjectMapper().writeValue(folder.resolve("config.json").toFile(), config);
        try (TinyCheckpoint checkpoint = new TinyBert().open()) {
            Files.write(folder.resolve("model.safetensors"), safetensors(checkpoint.weights()));
            Files.write(folder.resolve("tokenizer.json"), checkpoint.tokenizer().readAllBytes());
        }
        return folder;
    }

    /** Returns the bytes of a safetensors file. */
    public static byte[] safetensors(Map<String, Tensor> tensors) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            header.put(
                    entry.getKey(),
                    Map.of("dtype", "F32", "shape", tensor.shape().getShape(), "data_offsets", new int[] {
                        values.size(), values.size() + bytes.capacity()
                    }));
            values.write(bytes.array());
        }
        byte[] json = new ObjectMapper().writeValueAsBytes(header);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        file.write(json);
        file.write(values.toByteArray());
        return file.toByteArray();
    }
}
