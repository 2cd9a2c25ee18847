package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.training.TrainingState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tensors of an adapter's file, taken one by one, so that what nobody took can be told. */
final class AdapterTensors {

    private final Path file;
    private final Map<String, String> metadata;
    private final Map<String, Tensor> left = new TreeMap<>();

    /** The tensors of a file, by name, and its metadata. */
    AdapterTensors(Path file, Map<String, String> metadata, Map<String, Tensor> tensors) {
        this.file = file;
        this.metadata = metadata;
        this.left.putAll(tensors);
    }

    /**
     * Reads a file.
     *
     * @throws AdapterException if it is damaged
     */
    static AdapterTensors read(Path file) {
        Map<String, Tensor> tensors = new TreeMap<>();
        try {
            SafetensorsFile safetensors = SafetensorsFile.open(file);
            safetensors.shapes().keySet().forEach(name -> tensors.put(name, safetensors.read(name)));
            return new AdapterTensors(file, safetensors.metadata(), tensors);
        } catch (BackboneException e) {
            throw new AdapterException(e.getMessage(), e);
        }
    }

    /** What stands in the metadata of files that we wrote; empty in files of PEFT's. */
    Optional<Memo> memo() {
        return Memo.of(metadata, file);
    }

    /** Takes the training's state that the file keeps; empty if it keeps none. */
    Optional<TrainingState> state() {
        return StoredState.take(this, metadata, file);
    }

    /** The names that end so, of tensors that nobody took yet. */
    List<String> ending(String end) {
        return left.keySet().stream().filter(name -> name.endsWith(end)).toList();
    }

    /** The shape of a tensor; empty if there is no such tensor, or nobody left it. */
    Optional<Shape> find(String name) {
        return Optional.ofNullable(left.get(name)).map(Tensor::shape);
    }

    /**
     * Takes a tensor.
     *
     * @param shape the extents that it must have
     */
    Tensor take(String name, long... shape) {
        Tensor tensor = left.remove(name);
        if (tensor == null) {
            throw missing(name, new Shape(shape).toString());
        }
        if (!tensor.shape().equals(new Shape(shape))) {
            throw new AdapterException(file + ": tensor '" + name + "' has shape " + tensor.shape()
                    + ", but the backbone and the configuration make it " + new Shape(shape));
        }
        return tensor;
    }

    /** Takes all tensors whose names begin so, of whatever shapes, by the rest of their names. */
    Map<String, Tensor> takeAll(String lead) {
        Map<String, Tensor> taken = new TreeMap<>();
        left.forEach((name, tensor) -> {
            if (name.startsWith(lead)) {
                taken.put(name.substring(lead.length()), tensor);
            }
        });
        taken.keySet().forEach(name -> left.remove(lead + name));
        return taken;
    }

    /** An error about a tensor that is not there. */
    AdapterException missing(String name, String shape) {
        return new AdapterException(file + " has no tensor '" + name + "' " + shape
                + (left.isEmpty() ? "" : "; what it has beside is " + some()));
    }

    /** An error about a tensor of a module that is unknown. */
    AdapterException unknown(String name, String known) {
        return new AdapterException(
                file + ": tensor '" + name + "' belongs to no linear map of the backbone's layers; these are " + known);
    }

    /** Checks that every tensor was taken. */
    void requireNoneLeft(String known) {
        if (!left.isEmpty()) {
            throw new AdapterException(
                    file + " has tensors that are not understood, such as " + some() + "; expected " + known);
        }
    }

    private String some() {
        return left.keySet().stream().limit(3).map(name -> "'" + name + "'").toList()
                + (left.size() > 3 ? " and " + (left.size() - 3) + " more" : "");
    }
}
