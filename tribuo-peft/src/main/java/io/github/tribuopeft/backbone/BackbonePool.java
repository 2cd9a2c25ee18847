package io.github.tribuopeft.backbone;

import ai.djl.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The backbones that this JVM holds in memory, each with the number of its open handles. */
final class BackbonePool {

    private static final Map<LoadedBackbone.Key, Entry> ENTRIES = new HashMap<>();

    private static final class Entry {
        final LoadedBackbone backbone;
        int handles;

        Entry(LoadedBackbone backbone) {
            this.backbone = backbone;
        }
    }

    private BackbonePool() {}

    static synchronized LoadedBackbone acquire(BackboneSource source, Device device, Precision precision) {
        LoadedBackbone backbone =
                ENTRIES.isEmpty() ? first(source, device, precision) : shared(source, device, precision);
        ENTRIES.computeIfAbsent(backbone.key(), key -> new Entry(backbone)).handles++;
        return backbone;
    }

    private static LoadedBackbone shared(BackboneSource source, Device device, Precision precision) {
        Fingerprint fingerprint = source.fingerprint();
        Entry entry = ENTRIES.get(new LoadedBackbone.Key(fingerprint, device, precision));
        return entry != null ? entry.backbone : LoadedBackbone.load(source, device, precision, () -> fingerprint);
    }

    /** Where there is nothing to share, files are hashed while their weights are loaded: of gigabytes either takes seconds. */
    private static LoadedBackbone first(BackboneSource source, Device device, Precision precision) {
        CompletableFuture<Fingerprint> hashing = CompletableFuture.supplyAsync(source::fingerprint);
        try {
            return LoadedBackbone.load(source, device, precision, hashing::join);
        } catch (RuntimeException e) {
            // What is wrong with the files counts more than what came of it, and nobody reads them any longer.
            throw hashing.handle((fingerprint, failure) ->
                            failure != null && failure.getCause() instanceof RuntimeException known ? known : e)
                    .join();
        }
    }

    static synchronized void release(LoadedBackbone backbone) {
        Entry entry = ENTRIES.get(backbone.key());
        entry.handles--;
        if (entry.handles == 0) {
            ENTRIES.remove(backbone.key());
            backbone.close();
        }
    }

    /** Number of backbones in memory. */
    static synchronized int size() {
        return ENTRIES.size();
    }
}
