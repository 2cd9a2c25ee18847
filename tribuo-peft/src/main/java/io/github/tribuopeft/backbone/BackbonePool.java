package io.github.tribuopeft.backbone;

import ai.djl.Device;
import io.github.tribuopeft.backbone.LoadedBackbone.Key;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The backbones in the memory of this JVM, each with the number of its open handles. Threads that open the same
 * backbone at the same time load it once. Threads that open different backbones do not wait for each other.
 *
 * <p>The files of a source are hashed first, since their fingerprint determines whether the backbone is already in
 * memory. When the pool is empty, they are hashed {@linkplain HashingLoad while they are loaded}.
 */
final class BackbonePool {

    private static final Map<Key, Entry> ENTRIES = new HashMap<>();

    /** The load whose files are still being hashed; null if there is none. */
    private static HashingLoad unidentified;

    /** A backbone that is in memory or being loaded. The thread that loads it has the first handle. */
    private static final class Entry {
        final CompletableFuture<LoadedBackbone> backbone = new CompletableFuture<>();
        int handles = 1;
    }

    private BackbonePool() {}

    /**
     * Opens a handle to a backbone, which is loaded if it is not in memory.
     *
     * @throws BackboneInterruptedException if the thread is interrupted
     * @throws BackboneException if the backbone cannot be loaded, or if its files change meanwhile
     */
    static LoadedBackbone acquire(BackboneSource source, Device device, Precision precision) {
        try {
            String state = source.fileState();
            Entry entry = new Entry();
            HashingLoad load = new HashingLoad(source, device, precision);
            return startIfEmpty(load)
                    ? loadWhileHashing(load, entry, source, state)
                    : share(key(source, device, precision), source, state);
        } catch (RuntimeException e) {
            throw Thread.currentThread().isInterrupted()
                    ? new BackboneInterruptedException("Opening backbone '" + source.name() + "' was interrupted", e)
                    : e;
        }
    }

    private static synchronized boolean startIfEmpty(HashingLoad load) {
        boolean empty = ENTRIES.isEmpty() && unidentified == null;
        if (empty) {
            unidentified = load;
        }
        return empty;
    }

    private static LoadedBackbone loadWhileHashing(HashingLoad load, Entry entry, BackboneSource source, String state) {
        LoadedBackbone backbone;
        try {
            backbone = load.run(key -> identify(load, key, entry));
            requireUnchanged(backbone, source, state);
        } catch (RuntimeException | Error e) {
            abandon(load);
            fail(entry, e);
            throw e;
        }
        if (isCurrent(backbone.key(), entry)) {
            entry.backbone.complete(backbone);
            return backbone;
        }
        backbone.close(); // meanwhile, another thread has loaded the same files under another name
        return share(backbone.key(), source, state);
    }

    /** Makes a load known to other threads, unless it has failed or its backbone is already in the pool. */
    private static synchronized void identify(HashingLoad load, Key key, Entry entry) {
        if (unidentified == load) {
            unidentified = null;
            ENTRIES.putIfAbsent(key, entry);
        }
    }

    private static synchronized boolean isCurrent(Key key, Entry entry) {
        return ENTRIES.get(key) == entry;
    }

    private static synchronized void abandon(HashingLoad load) {
        if (unidentified == load) {
            unidentified = null;
        }
    }

    private static void fail(Entry entry, Throwable cause) {
        synchronized (BackbonePool.class) {
            ENTRIES.values().remove(entry);
        }
        entry.backbone.completeExceptionally(cause);
    }

    /**
     * Hashes the files of a source. If a source of the same name is being loaded, its files are probably the same, so
     * this waits for its key.
     */
    private static Key key(BackboneSource source, Device device, Precision precision) {
        Fingerprint fingerprint = source.fingerprint();
        HashingLoad other;
        synchronized (BackbonePool.class) {
            other = unidentified;
        }
        if (other != null && other.name().equals(source.name())) {
            other.awaitFingerprint();
        }
        return new Key(fingerprint, device, precision);
    }

    /** Returns the backbone of a key. If the thread that was loading it fails, this one loads it. */
    private static LoadedBackbone share(Key key, BackboneSource source, String state) {
        while (true) {
            Entry entry = new Entry();
            Entry present = join(key, entry);
            if (present == entry) {
                return load(key, entry, source, state);
            }
            Optional<LoadedBackbone> backbone = await(key, present);
            if (backbone.isPresent()) {
                return backbone.get();
            }
        }
    }

    /** Returns the entry of a key after adding a handle to it; adds {@code entry} if there is none. */
    private static synchronized Entry join(Key key, Entry entry) {
        Entry present = ENTRIES.putIfAbsent(key, entry);
        if (present == null) {
            return entry;
        }
        present.handles++;
        return present;
    }

    private static LoadedBackbone load(Key key, Entry entry, BackboneSource source, String state) {
        try {
            LoadedBackbone backbone = new BackboneLoader(source, key.device(), key.precision()).load(key::fingerprint);
            requireUnchanged(backbone, source, state);
            entry.backbone.complete(backbone);
            return backbone;
        } catch (RuntimeException | Error e) {
            fail(entry, e);
            throw e;
        }
    }

    /** Waits for the backbone that another thread loads; empty if that fails. */
    private static Optional<LoadedBackbone> await(Key key, Entry entry) {
        try {
            return Optional.of(entry.backbone.get());
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            release(key, entry);
            Thread.currentThread().interrupt();
            throw new BackboneException("Waiting for another thread that loads the backbone was interrupted", e);
        }
    }

    /** Refuses files that were written to between hashing and loading. */
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

    /** Closes a handle. The last one frees the backbone. */
    static void release(LoadedBackbone backbone) {
        Entry entry;
        synchronized (BackbonePool.class) {
            entry = ENTRIES.get(backbone.key());
        }
        release(backbone.key(), entry);
    }

    private static void release(Key key, Entry entry) {
        synchronized (BackbonePool.class) {
            entry.handles--;
            if (entry.handles > 0) {
                return;
            }
            ENTRIES.remove(key, entry);
        }
        entry.backbone.join().close();
    }

    /** Number of backbones that are in memory or being loaded. */
    static synchronized int size() {
        return ENTRIES.size() + (unidentified == null ? 0 : 1);
    }

    /** Number of open handles to the backbone of a fingerprint, on all devices and in all precisions. */
    static synchronized int handles(Fingerprint fingerprint) {
        return ENTRIES.entrySet().stream()
                .filter(entry -> entry.getKey().fingerprint().equals(fingerprint))
                .mapToInt(entry -> entry.getValue().handles)
                .sum();
    }

    /** Number of backbones of a fingerprint in memory, one for each device and precision. */
    static synchronized int size(Fingerprint fingerprint) {
        return (int) ENTRIES.keySet().stream()
                .filter(key -> key.fingerprint().equals(fingerprint))
                .count();
    }
}
