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
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The tensors of an adapter's file, taken one by one, so that what nobody took can be told. A tensor is read when it is taken: one of a wrong shape
 * costs no memory.
 */
final class AdapterTensors {

    /** Far more than the names of an adapter's tensors take. */
    private static final int LARGEST_HEADER = 16 << 20;

    private final Path file;
    private final Map<String, String> metadata;
    private final Function<String, Tensor> reader;
    private final Map<String, Shape> left = new TreeMap<>();

    private AdapterTensors(
            Path file, Map<String, String> metadata, Map<String, Shape> shapes, Function<String, Tensor> reader) {
        this.file = file;
        this.metadata = metadata;
        this.reader = reader;
        this.left.putAll(shapes);
    }

    /** The tensors of a file, by name, and its metadata. */
    AdapterTensors(Path file, Map<String, String> metadata, Map<String, Tensor> tensors) {
        this(file, metadata, shapes(tensors), tensors::get);
    }

    private static Map<String, Shape> shapes(Map<String, Tensor> tensors) {
        Map<String, Shape> shapes = new TreeMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /**
     * Opens a file.
     *
     * @throws AdapterException if it is damaged, or its tensors do not fit the memory
     */
    static AdapterTensors read(Path file) {
        try {
            SafetensorsFile safetensors = SafetensorsFile.open(file, LARGEST_HEADER);
            Map<String, Shape> shapes = safetensors.shapes();
            requireMemory(file, shapes);
            return new AdapterTensors(file, safetensors.metadata(), shapes, safetensors::read);
        } catch (BackboneException e) {
            throw new AdapterException(e.getMessage(), e);
        }
    }

    private static void requireMemory(Path file, Map<String, Shape> shapes) {
        double needed = shapes.values().stream().mapToDouble(Shape::size).sum() * Float.BYTES;
        long available = Runtime.getRuntime().maxMemory();
        if (needed > available) {
            throw new AdapterException("%s: its tensors take %.0f MB as float32, but Java's heap is limited to %d MB;"
                            .formatted(file, needed / (1 << 20), available >> 20)
                    + " an adapter is usually far smaller. A larger heap is set with -Xmx");
        }
    }

    /** What stands in the metadata of files that we wrote; empty in files of PEFT's. */
    Optional<AdapterMetadata> memo() {
        return AdapterMetadata.of(metadata, file);
    }

    /** Takes the training's state that the file keeps; empty if it keeps none. */
    Optional<TrainingState> state() {
        return StoredTrainingState.take(this, metadata, file);
    }

    /** The names that end so, of tensors that nobody took yet. */
    List<String> ending(String end) {
        return left.keySet().stream().filter(name -> name.endsWith(end)).toList();
    }

    /** The shape of a tensor; empty if there is no such tensor, or nobody left it. */
    Optional<Shape> find(String name) {
        return Optional.ofNullable(left.get(name));
    }

    /**
     * Takes a tensor.
     *
     * @param shape the extents that it must have
     * @throws AdapterException if it is missing, has another shape, cannot be read, or has a value that is not finite
     */
    Tensor take(String name, long... shape) {
        Shape found = left.get(name);
        if (found == null) {
            throw missing(name, new Shape(shape).toString());
        }
        if (!found.equals(new Shape(shape))) {
            throw new AdapterException(file + ": tensor '" + name + "' has shape " + found
                    + ", but the backbone and the configuration make it " + new Shape(shape));
        }
        left.remove(name);
        return read(name);
    }

    private Tensor read(String name) {
        try {
            Tensor tensor = reader.apply(name);
            for (int i = 0; i < tensor.size(); i++) {
                if (!Float.isFinite(tensor.values()[i])) {
                    throw new AdapterException(file + ": tensor '" + name + "' has the value " + tensor.values()[i]
                            + " at index " + i + "; expected finite numbers. The adapter's training diverged,"
                            + " or the file is damaged");
                }
            }
            return tensor;
        } catch (BackboneException e) {
            throw new AdapterException(e.getMessage(), e);
        }
    }

    /** Takes all tensors whose names begin so, of whatever shapes, by the rest of their names. */
    Map<String, Tensor> takeAll(String lead) {
        Map<String, Tensor> taken = new TreeMap<>();
        List.copyOf(left.keySet()).stream()
                .filter(name -> name.startsWith(lead))
                .forEach(name -> {
                    left.remove(name);
                    taken.put(name.substring(lead.length()), read(name));
                });
        return taken;
    }

    /** Passes over tensors that another reader is for. */
    void skip(Predicate<String> names) {
        left.keySet().removeIf(names);
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

    /** An error about a tensor whose module has a longer or shorter name than the others. */
    AdapterException namedInTwoWays(String name, String expected) {
        return new AdapterException(file + ": tensor '" + name
                + "' names its module in another way than the tensors before; expected a name with '" + expected + "'");
    }

    /** Checks that every tensor was taken. */
    void requireNoneLeft(String known) {
        if (!left.isEmpty()) {
            throw new AdapterException(
                    file + " has tensors that are not understood, such as " + some() + "; expected " + known);
        }
    }

    private String some() {
        return left.keySet().stream()
                        .limit(3)
                        .map(name -> "'" + Printable.text(name, 200) + "'")
                        .toList()
                + (left.size() > 3 ? " and " + (left.size() - 3) + " more" : "");
    }
}
