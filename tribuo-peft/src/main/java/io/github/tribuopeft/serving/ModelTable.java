package io.github.tribuopeft.serving;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Models of a bank by name, least recently used first. */
final class ModelTable {

    private final Map<String, BankedModel<?>> models = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxBytes;
    private final boolean evicts;
    private long bytes;
    private boolean closed;

    /**
     * Creates a table.
     *
     * @param maxBytes maximum number of bytes of all models
     * @param evicts whether the least recently used models are removed when there are more bytes
     */
    ModelTable(long maxBytes, boolean evicts) {
        this.maxBytes = maxBytes;
        this.evicts = evicts;
    }

    /** Returns a model, which the caller releases. */
    synchronized Optional<BankedModel<?>> find(String name) {
        BankedModel<?> model = models.get(name);
        if (model != null) {
            model.retain();
        }
        return Optional.ofNullable(model);
    }

    /**
     * Adds or replaces a model, which belongs to this table from now on.
     *
     * @throws IllegalStateException if the models would need more than the maximum number of bytes
     */
    synchronized void put(String name, BankedModel<?> model) {
        long others = bytes
                - Optional.ofNullable(models.get(name)).map(BankedModel::bytes).orElse(0L);
        if (closed || model.bytes() > maxBytes || !evicts && others + model.bytes() > maxBytes) {
            model.release();
            throw new IllegalStateException(
                    closed
                            ? "This prompt bank is closed"
                            : "Model '" + name + "' has " + model.bytes() + " bytes, but the models of the bank use "
                                    + others + " of at most " + maxBytes + " bytes");
        }
        remove(name);
        models.put(name, model);
        bytes += model.bytes();
        while (bytes > maxBytes) {
            remove(models.keySet().iterator().next());
        }
    }

    /** Removes a model. Returns whether there was one. */
    synchronized boolean remove(String name) {
        BankedModel<?> removed = models.remove(name);
        if (removed != null) {
            bytes -= removed.bytes();
            removed.release();
        }
        return removed != null;
    }

    synchronized Set<String> names() {
        return new TreeSet<>(models.keySet());
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized void close() {
        closed = true;
        names().forEach(this::remove);
    }
}
