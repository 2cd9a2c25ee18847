package io.github.tribuopeft.backbone;

import ai.djl.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
        try {
            String state = source.fileState();
            LoadedBackbone backbone =
                    ENTRIES.isEmpty() ? first(source, device, precision) : shared(source, device, precision);
            if (!ENTRIES.containsKey(backbone.key())) {
                requireUnchanged(backbone, source, state);
                ENTRIES.put(backbone.key(), new Entry(backbone));
            }
            ENTRIES.get(backbone.key()).handles++;
            return backbone;
        } catch (RuntimeException e) {
            throw Thread.currentThread().isInterrupted()
                    ? new BackboneInterruptedException("Opening backbone '" + source.name() + "' was interrupted", e)
                    : e;
        }
    }

    /** Files that somebody writes to may have been hashed before and loaded afterwards. */
    private static void requireUnchanged(LoadedBackbone backbone, BackboneSource source, String state) {
        try {
            if (!source.fileState().equals(state)) {
                throw new BackboneException("The files of backbone '" + source.name()
                        + "' changed while they were read. Open it again when nothing writes to them");
            }
        } catch (RuntimeException e) {
            backbone.close();
            throw e;
        }
    }

    private static LoadedBackbone shared(BackboneSource source, Device device, Precision precision) {
        Fingerprint fingerprint = source.fingerprint();
        Entry entry = ENTRIES.get(new LoadedBackbone.Key(fingerprint, device, precision));
        return entry != null ? entry.backbone : LoadedBackbone.load(source, device, precision, () -> fingerprint);
    }

    /** Where there is nothing to share, files are hashed while their weights are loaded: of gigabytes either takes seconds. */
    private static LoadedBackbone first(BackboneSource source, Device device, Precision precision) {
        FutureTask<Fingerprint> hashing = new FutureTask<>(source::fingerprint);
        Thread thread = new Thread(hashing, "hash-" + source.name());
        thread.setDaemon(true);
        thread.start();
        try {
            return LoadedBackbone.load(source, device, precision, () -> result(hashing));
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                // What is wrong with the files counts more than what came of it, and nobody reads them any longer.
                result(hashing);
            }
            throw e;
        } finally {
            hashing.cancel(true);
        }
    }

    private static Fingerprint result(FutureTask<Fingerprint> hashing) {
        try {
            return hashing.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("Hashing was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
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
