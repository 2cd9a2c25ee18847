package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The opened files of a directory, with weights under the names that programs know. */
final class DirectoryCheckpoint implements Checkpoint {

    private final Architecture architecture;
    private final SafetensorsFile weights;
    private final Path tokenizer;
    /** from the program's name of a weight to the file's */
    private final Map<String, String> names = new HashMap<>();

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
    public Optional<Shape> shape(String name) {
        return Optional.ofNullable(names.get(name)).map(weights.shapes()::get);
    }

    @Override
    public NDArray read(NDManager manager, String name) {
        return weights.read(manager, names.get(name));
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
