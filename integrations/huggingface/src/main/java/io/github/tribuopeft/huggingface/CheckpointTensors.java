package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors of a checkpoint, in whatever files they lie. */
final class CheckpointTensors {

    private final Map<String, SafetensorsFile> places = new LinkedHashMap<>();
    /** from the name of a tensor that the writer left out, since it equals another, to that other's */
    private final Map<String, String> tied = new LinkedHashMap<>();

    /** Adds those tensors of a file that {@code names} holds. */
    void add(SafetensorsFile file, Set<String> names) {
        file.shapes().keySet().stream().filter(names::contains).forEach(name -> places.put(name, file));
        file.metadata().forEach((left, kept) -> {
            if (places.containsKey(kept)) {
                tied.put(left, kept);
            }
        });
    }

    /** Their names, in the order in which a disk gives them fastest. */
    Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    /** The tensors that are held under the name of another one, as {@code safetensors.torch.save_model} leaves tied weights. */
    Map<String, String> tied() {
        return Collections.unmodifiableMap(tied);
    }

    /** A tensor's values as they are, see {@link SafetensorsFile#view}. */
    NDArray view(NDManager manager, String name) {
        return places.get(name).view(manager, name);
    }

    /** The format of a tensor's numbers. */
    FloatFormat format(String name) {
        return places.get(name).format(name);
    }

    /** A small tensor's values as float32, see {@link SafetensorsFile#read}. */
    Tensor read(String name) {
        return places.get(name).read(name);
    }
}
