package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The opened files of a directory, with weights under the names that programs know. */
final class DirectoryCheckpoint implements Checkpoint {

    private final Architecture architecture;
    private final Family family;
    private final CheckpointTensors tensors;
    private final Optional<TextPooling> pooling;
    private final List<String> outputs;
    private final Path tokenizer;
    /** from plain names to the files' own */
    private final Map<String, String> names = new HashMap<>();

    DirectoryCheckpoint(
            Architecture architecture,
            Family family,
            CheckpointTensors tensors,
            Optional<TextPooling> pooling,
            List<String> outputs,
            Path tokenizer) {
        this.architecture = architecture;
        this.family = family;
        this.tensors = tensors;
        this.pooling = pooling;
        this.outputs = outputs;
        this.tokenizer = tokenizer;
        tensors.names().forEach(name -> names.putIfAbsent(plain(name), name));
        tensors.tied().forEach((left, kept) -> names.putIfAbsent(plain(left), kept));
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Optional<TextPooling> pooling() {
        return pooling;
    }

    /** In the order of the files, each tensor once, however many weights it holds. */
    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        Map<String, List<String>> wanted = weightsByTensor();
        for (String name : tensors.names()) {
            List<String> weights = wanted.get(name);
            if (weights != null) {
                FloatFormat format = tensors.format(name);
                try (NDArray tensor = tensors.view(manager, name)) {
                    weights.forEach(
                            weight -> receiver.accept(weight, piece(name, family.stored(weight), tensor), format));
                }
            }
        }
    }

    /** For each tensor of the files the weights that are made of it; those that no tensor holds are left out. */
    private Map<String, List<String>> weightsByTensor() {
        return Stream.concat(architecture.weights().keySet().stream(), architecture.lmHead().keySet().stream())
                .filter(weight -> names.containsKey(family.stored(weight).name()))
                .sorted()
                .collect(Collectors.groupingBy(
                        weight -> names.get(family.stored(weight).name()), Collectors.toList()));
    }

    /** Without the prefix of a model with a head, and with today's names of layer norm's weights. */
    private String plain(String name) {
        return family.bare(name)
                .replace("LayerNorm.gamma", "LayerNorm.weight")
                .replace("LayerNorm.beta", "LayerNorm.bias");
    }

    /** The weight as the program wants it, in an array of its own over the tensor's memory. */
    private static NDArray piece(String name, TensorLocation stored, NDArray tensor) {
        NDArray upright = stored.transposed() && tensor.getShape().dimension() == 2
                ? tensor.transpose()
                : tensor.reshape(tensor.getShape());
        if (stored.parts() == 1) {
            return upright;
        }
        try (upright) {
            Shape shape = upright.getShape();
            if (shape.dimension() == 0 || shape.get(0) % stored.parts() != 0) {
                throw new BackboneException("Tensor '" + name + "' " + shape + " does not hold " + stored.parts()
                        + " maps of the same width");
            }
            long rows = shape.get(0) / stored.parts();
            return upright.get(new NDIndex("{}:{}", stored.part() * rows, (stored.part() + 1) * rows));
        }
    }

    @Override
    public Optional<Tensor> find(String name) {
        return Optional.ofNullable(names.get(name)).map(tensors::read);
    }

    @Override
    public List<String> outputs() {
        return outputs;
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return Files.newInputStream(tokenizer);
    }
}
