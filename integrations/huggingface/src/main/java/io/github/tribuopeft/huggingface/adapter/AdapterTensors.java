package io.github.tribuopeft.huggingface.adapter;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.files.Printable;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import io.github.tribuopeft.training.TrainingState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Tensors of an adapter's file. Callers take them one by one, so that the remaining ones can be reported. A tensor is
 * read when it is taken; one with a wrong shape is not read.
 */
final class AdapterTensors {

    /** Limit on the size of the header. The names of an adapter's tensors need far less. */
    private static final int MAX_HEADER_BYTES = 16 << 20;

    private final Path file;
    private final SafetensorsFile safetensors;
    private final Map<String, Shape> remaining = new TreeMap<>();

    private AdapterTensors(Path file, SafetensorsFile safetensors) {
        this.file = file;
        this.safetensors = safetensors;
        this.remaining.putAll(safetensors.shapes());
    }

    /**
     * Opens a file.
     *
     * @throws AdapterException if it is damaged, or its tensors do not fit into memory
     */
    static AdapterTensors read(Path file) {
        SafetensorsFile safetensors = AdapterFiles.reading(() -> SafetensorsFile.open(file, MAX_HEADER_BYTES));
        requireMemory(file, safetensors.shapes());
        return new AdapterTensors(file, safetensors);
    }

    private static void requireMemory(Path file, Map<String, Shape> shapes) {
        double needed = shapes.values().stream().mapToDouble(Shape::size).sum() * Float.BYTES;
        long available = Runtime.getRuntime().maxMemory();
        if (needed > available) {
            throw new AdapterException("%s: its tensors need %.0f MB as float32, but Java's heap is limited to %d MB;"
                            .formatted(file, needed / (1 << 20), available >> 20)
                    + " an adapter is usually far smaller. A larger heap is set with -Xmx");
        }
    }

    /**
     * Returns the metadata that this library wrote; empty in files that PEFT wrote.
     *
     * @throws AdapterException if it is damaged
     */
    Optional<AdapterMetadata> metadata() {
        return AdapterMetadata.of(safetensors.metadata(), file);
    }

    /**
     * Takes the training state; empty if the file does not contain one.
     *
     * @throws AdapterException if it is damaged
     */
    Optional<TrainingState> state() {
        return StoredTrainingState.take(this, safetensors.metadata(), file);
    }

    /** Returns the names of remaining tensors with a suffix. */
    List<String> withSuffix(String suffix) {
        return remaining.keySet().stream().filter(name -> name.endsWith(suffix)).toList();
    }

    /** Returns the shape of a remaining tensor; empty if it does not exist or was taken. */
    Optional<Shape> find(String name) {
        return Optional.ofNullable(remaining.get(name));
    }

    /**
     * Takes a tensor.
     *
     * @param shape required shape
     * @throws AdapterException if it is missing, has a different shape, cannot be read, or has a value that is not
     *     finite
     */
    Tensor take(String name, long... shape) {
        Shape found = remaining.get(name);
        if (found == null) {
            throw missing(name, new Shape(shape).toString());
        }
        if (!found.equals(new Shape(shape))) {
            throw new AdapterException(file + ": tensor '" + name + "' has shape " + found
                    + "; the backbone and the configuration require " + new Shape(shape));
        }
        remaining.remove(name);
        return read(name);
    }

    private Tensor read(String name) {
        Tensor tensor = AdapterFiles.reading(() -> safetensors.read(name));
        for (int i = 0; i < tensor.size(); i++) {
            if (!Float.isFinite(tensor.values()[i])) {
                throw new AdapterException(file + ": tensor '" + name + "' has the value " + tensor.values()[i]
                        + " at index " + i + "; expected finite numbers. The adapter's training diverged,"
                        + " or the file is damaged");
            }
        }
        return tensor;
    }

    /** Takes all tensors with a prefix, by their names without it. */
    Map<String, Tensor> takeAll(String prefix) {
        Map<String, Tensor> taken = new TreeMap<>();
        List.copyOf(remaining.keySet()).stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> {
                    remaining.remove(name);
                    taken.put(name.substring(prefix.length()), read(name));
                });
        return taken;
    }

    /** Removes tensors that are ignored. */
    void skip(Predicate<String> names) {
        remaining.keySet().removeIf(names);
    }

    /** Returns an error about a missing tensor. */
    AdapterException missing(String name, String shape) {
        return new AdapterException(file + " has no tensor '" + name + "' " + shape
                + (remaining.isEmpty() ? "" : "; its other tensors are " + some()));
    }

    /** Returns an error about a tensor of an unknown module. */
    AdapterException unknown(String name, String known) {
        return new AdapterException(
                file + ": tensor '" + name + "' does not belong to a linear layer of the backbone; these are " + known);
    }

    /** Returns an error about a tensor whose module has another prefix than the tensors before. */
    AdapterException inconsistentPrefix(String name, String expected) {
        return new AdapterException(file + ": tensor '" + name
                + "' has another prefix than the tensors before; expected a name with '" + expected + "'");
    }

    /**
     * Checks that every tensor was taken.
     *
     * @throws AdapterException if a tensor remains
     */
    void requireNoneLeft(String expected) {
        if (!remaining.isEmpty()) {
            throw new AdapterException(
                    file + " has tensors that are not understood, such as " + some() + "; expected " + expected);
        }
    }

    private String some() {
        return remaining.keySet().stream()
                        .limit(3)
                        .map(name -> "'" + Printable.text(name, 200) + "'")
                        .toList()
                + (remaining.size() > 3 ? " and " + (remaining.size() - 3) + " more" : "");
    }
}
