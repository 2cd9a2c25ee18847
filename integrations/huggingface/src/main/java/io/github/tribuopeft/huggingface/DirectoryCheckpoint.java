package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The opened files of a directory, with weights under the names that programs know. */
final class DirectoryCheckpoint implements Checkpoint {

    private final Architecture architecture;
    private final SafetensorsFile weights;
    private final Path tokenizer;
    /** from the program's name of a weight to the file's */
    private final Map<String, String> names = new LinkedHashMap<>();

    DirectoryCheckpoint(Architecture architecture, SafetensorsFile weights, Path tokenizer) {
        this.architecture = architecture;
        this.weights = weights;
        this.tokenizer = tokenizer;
        weights.shapes().keySet().forEach(name -> names.put(plain(name), name));
    }

    /** Without the prefix of a model with a head, and with today's names of layer norm's weights. */
    private String plain(String name) {
        String prefix = architecture.family() + ".";
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
                .replace("LayerNorm.gamma", "LayerNorm.weight")
                .replace("LayerNorm.beta", "LayerNorm.bias");
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        names.forEach((name, stored) -> {
            if (architecture.weights().containsKey(name)) {
                receiver.accept(name, weights.read(manager, stored));
            }
        });
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return Files.newInputStream(tokenizer);
    }

    @Override
    public void close() {
        weights.close();
    }
}
