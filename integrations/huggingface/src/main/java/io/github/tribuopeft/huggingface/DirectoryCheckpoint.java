package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The opened files of a directory, with weights under the names that programs know. */
final class DirectoryCheckpoint implements Checkpoint {

    private final Architecture architecture;
    private final Family family;
    private final SafetensorsFile weights;
    private final List<String> outputs;
    private final Path tokenizer;
    /** from plain names to the file's own */
    private final Map<String, String> names = new LinkedHashMap<>();

    DirectoryCheckpoint(
            Architecture architecture, Family family, SafetensorsFile weights, List<String> outputs, Path tokenizer) {
        this.architecture = architecture;
        this.family = family;
        this.weights = weights;
        this.outputs = outputs;
        this.tokenizer = tokenizer;
        weights.shapes().keySet().forEach(name -> names.put(plain(name), name));
    }

    /** Without the prefix of a model with a head, and with today's names of layer norm's weights. */
    private String plain(String name) {
        return family.bare(name)
                .replace("LayerNorm.gamma", "LayerNorm.weight")
                .replace("LayerNorm.beta", "LayerNorm.bias");
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        architecture.weights().keySet().stream().sorted().forEach(weight -> {
            Stored stored = family.stored(weight);
            String name = names.get(stored.name());
            if (name != null) {
                receiver.accept(weight, piece(stored, weights.read(manager, name)));
            }
        });
    }

    /** The weight as the program wants it. */
    private static NDArray piece(Stored stored, NDArray tensor) {
        NDArray upright = stored.transposed() && tensor.getShape().dimension() == 2 ? tensor.transpose() : tensor;
        if (stored.parts() == 1) {
            return upright;
        }
        long rows = upright.getShape().get(0) / stored.parts();
        return upright.get(new NDIndex("{}:{}", stored.part() * rows, (stored.part() + 1) * rows));
    }

    @Override
    public Optional<NDArray> find(NDManager manager, String name) {
        return Optional.ofNullable(names.get(name)).map(stored -> weights.read(manager, stored));
    }

    @Override
    public List<String> outputs() {
        return outputs;
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
