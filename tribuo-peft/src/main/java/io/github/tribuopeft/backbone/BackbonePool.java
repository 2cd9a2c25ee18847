package io.github.tribuopeft.backbone;

import ai.djl.Device;
import java.util.HashMap;
import java.util.Map;

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
        LoadedBackbone.Key key = new LoadedBackbone.Key(source.fingerprint(), device, precision);
        Entry entry = ENTRIES.get(key);
        if (entry == null) {
            entry = new Entry(LoadedBackbone.load(source, key));
            ENTRIES.put(key, entry);
        }
        entry.handles++;
        return entry.backbone;
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
