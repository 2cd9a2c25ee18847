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
import io.github.tribuopeft.huggingface.family.Family;
import io.github.tribuopeft.huggingface.family.TensorLocation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checkpoint in a directory, with the weights under the names of the program. */
final class DirectoryCheckpoint implements Checkpoint {

    private final Architecture architecture;
    private final Family family;
    private final CheckpointTensors tensors;
    private final Optional<TextPooling> pooling;
    private final List<String> outputs;
    private final OptionalInt endToken;
    private final Path tokenizer;
    /** from names without prefix to the names in the files */
    private final Map<String, String> names = new HashMap<>();

    DirectoryCheckpoint(
            Architecture architecture,
            Family family,
            CheckpointTensors tensors,
            Optional<TextPooling> pooling,
            List<String> outputs,
            OptionalInt endToken,
            Path tokenizer) {
        this.architecture = architecture;
        this.family = family;
        this.tensors = tensors;
        this.pooling = pooling;
        this.outputs = outputs;
        this.endToken = endToken;
        this.tokenizer = tokenizer;
        tensors.names().forEach(name -> names.putIfAbsent(plain(name), name));
        tensors.tied().forEach((omitted, kept) -> names.putIfAbsent(plain(omitted), kept));
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Optional<TextPooling> pooling() {
        return pooling;
    }

    /** Reads each tensor once, in the order of the files. A fused tensor has several weights. */
    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        Map<String, List<String>> byTensor = weightsByTensor();
        for (String name : tensors.names()) {
            List<String> weights = byTensor.get(name);
            if (weights != null) {
                FloatFormat format = tensors.format(name);
                try (NDArray tensor = tensors.view(manager, name)) {
                    weights.forEach(
                            weight -> receiver.accept(weight, part(name, family.locate(weight), tensor), format));
                }
            }
        }
    }

    /** Returns the weights in each tensor of the files, without weights that the files do not contain. */
    private Map<String, List<String>> weightsByTensor() {
        return Stream.concat(architecture.weights().keySet().stream(), architecture.lmHead().keySet().stream())
                .filter(weight -> names.containsKey(family.locate(weight).name()))
                .sorted()
                .collect(Collectors.groupingBy(
                        weight -> names.get(family.locate(weight).name()), Collectors.toList()));
    }

    /** Returns a name without the prefix of a model with a head, and with the present names of layer norm's weights. */
    private String plain(String name) {
        return family.withoutPrefix(name)
                .replace("LayerNorm.gamma", "LayerNorm.weight")
                .replace("LayerNorm.beta", "LayerNorm.bias");
    }

    /** Returns a view of the tensor that contains the weight in the layout of the program. */
    private static NDArray part(String name, TensorLocation location, NDArray tensor) {
        NDArray upright = location.transposed() && tensor.getShape().dimension() == 2
                ? tensor.transpose()
                : tensor.reshape(tensor.getShape());
        if (location.parts() == 1) {
            return upright;
        }
        try (upright) {
            Shape shape = upright.getShape();
            if (shape.dimension() == 0 || shape.get(0) % location.parts() != 0) {
                throw new BackboneException("Tensor '" + name + "' " + shape + " cannot be split into "
                        + location.parts() + " weights of the same size");
            }
            long rows = shape.get(0) / location.parts();
            return upright.get(new NDIndex("{}:{}", location.part() * rows, (location.part() + 1) * rows));
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
    public OptionalInt endToken() {
        return endToken;
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return Files.newInputStream(tokenizer);
    }
}
