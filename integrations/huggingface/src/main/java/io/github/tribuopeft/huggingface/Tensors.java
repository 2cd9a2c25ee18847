package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors of a checkpoint, in whatever files they lie. Every file is opened once. */
final class Tensors implements AutoCloseable {

    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<String, SafetensorsFile> places = new LinkedHashMap<>();
    /** from the name of a tensor that the writer left out, since it equals another, to that other's */
    private final Map<String, String> tied = new LinkedHashMap<>();

    /** Adds those tensors of a file that {@code names} holds; closes the file with this. */
    void add(SafetensorsFile file, Set<String> names) {
        files.add(file);
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

    /** A tensor's values in the format of the file where the engine can cast it, see {@link SafetensorsFile#readAsIs}. */
    NDArray readAsIs(NDManager manager, String name) {
        return places.get(name).readAsIs(manager, name);
    }

    /** A tensor's values as float32, see {@link SafetensorsFile#read}. */
    NDArray read(NDManager manager, String name) {
        return places.get(name).read(manager, name);
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
