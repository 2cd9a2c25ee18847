package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Adapter in the memory of a backbone's device. Two objects are equal only if they are the same. */
public final class UploadedAdapter {

    private final Map<String, NDArray> tensors;
    private final VirtualTokens virtual;

    /**
     * An adapter.
     *
     * @param tensors the adapter's entries by name; their owner closes them
     * @param virtual the virtual tokens in {@code tensors}
     */
    public UploadedAdapter(Map<String, NDArray> tensors, VirtualTokens virtual) {
        this.tensors = Map.copyOf(tensors);
        this.virtual = virtual;
    }

    /** Returns the adapter's entries by name. */
    public Map<String, NDArray> tensors() {
        return tensors;
    }

    /** Returns the virtual tokens in the entries. */
    public VirtualTokens virtual() {
        return virtual;
    }

    /**
     * Returns an object that is equal for adapters whose texts can be in one {@link DecodingBatch}: those with entries
     * of the same names and shapes, apart from virtual tokens that are in the cache.
     */
    public Object batchKey(Architecture architecture) {
        Map<String, Shape> shapes = new TreeMap<>();
        perToken(architecture.dimensions()).forEach((name, tensor) -> shapes.put(name, tensor.getShape()));
        Set<String> linear = architecture.linearLayers().stream()
                .map(AdapterEntry.WEIGHT::of)
                .collect(Collectors.toSet());
        boolean replacesTable = shapes.keySet().stream()
                .anyMatch(name -> architecture.weights().containsKey(name)
                        && shapes.get(name).dimension() == 2
                        && !linear.contains(name));
        return replacesTable ? new Object() : shapes; // all rows of a batch share an embedding table
    }

    /** Returns the entries that each token needs: all but those of virtual tokens that are in the cache. */
    Map<String, NDArray> perToken(ModelDimensions dimensions) {
        boolean cached = isPrefixCached(dimensions);
        return tensors.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(AdapterEntry.PROMPT.of())
                        && !(cached && entry.getKey().startsWith("prefix.")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Whether the keys and values of a prefix can be rows of the cache: every layer has some. */
    boolean isPrefixCached(ModelDimensions dimensions) {
        return IntStream.range(0, dimensions.layers())
                .allMatch(layer -> tensors.containsKey(AdapterEntry.PREFIX_KEY.of(layer)));
    }

    /** Returns the number of virtual tokens in the cache that are keys and values of a prefix. */
    int cachedPrefix(ModelDimensions dimensions) {
        return isPrefixCached(dimensions) ? extent(AdapterEntry.PREFIX_KEY.of(0), 2) : 0;
    }

    /** Returns the number of virtual tokens that are rows of a prompt. */
    int promptRows() {
        return tensors.containsKey(AdapterEntry.PROMPT.of()) ? extent(AdapterEntry.PROMPT.of(), 1) : 0;
    }

    private int extent(String name, int dimension) {
        return Math.toIntExact(tensors.get(name).getShape().get(dimension));
    }
}
