package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Tensors of a checkpoint in one or several files. */
final class CheckpointTensors {

    private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    /**
     * from the name of a tensor that the writer omitted, because it equals another tensor, to the name of that tensor
     */
    private final Map<String, String> tied = new LinkedHashMap<>();

    /** Adds the tensors of a file whose names are in {@code names}. */
    void add(SafetensorsFile file, Set<String> names) {
        file.shapes().keySet().stream().filter(names::contains).forEach(name -> files.put(name, file));
        file.metadata().forEach((omitted, kept) -> {
            if (files.containsKey(kept)) {
                tied.put(omitted, kept);
            }
        });
    }

    /** Returns the names of the tensors in the order of their values in the files. */
    Set<String> names() {
        return Collections.unmodifiableSet(files.keySet());
    }

    /**
     * Returns the tensors that are stored under the name of another one, as {@code safetensors.torch.save_model}
     * stores tied weights.
     */
    Map<String, String> tied() {
        return Collections.unmodifiableMap(tied);
    }

    /** Returns a tensor without conversion, see {@link SafetensorsFile#view}. */
    NDArray view(NDManager manager, String name) {
        return files.get(name).view(manager, name);
    }

    /** Returns the number format of a tensor. */
    FloatFormat format(String name) {
        return files.get(name).format(name);
    }

    /** Reads a small tensor as float32, see {@link SafetensorsFile#read}. */
    Tensor read(String name) {
        return files.get(name).read(name);
    }
}
