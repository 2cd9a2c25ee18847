package io.github.tribuopeft.spark;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Models that the tasks of this JVM share, by content and options. Models on the same backbone share the backbone, too.
 *
 * <p>A model stays open after the last task that used it, since the next task usually needs it again. When more than
 * {@value #UNUSED} models are unused, those that were unused for the longest time are closed.
 */
final class ExecutorModels {

    /** Maximum number of open models that no task uses. */
    static final int UNUSED = 2;

    /** The models; those that were used last are at the end. */
    private static final Map<Key, Entry> ENTRIES = new LinkedHashMap<>();

    private record Key(String sha256, InferenceOptions options) {}

    /** An open model with the number of its leases. */
    private static final class Entry {
        final AdaptedModel model;
        int leases;

        Entry(AdaptedModel model) {
            this.model = model;
        }
    }

    private ExecutorModels() {}

    /** Use of a model by one task, until it is closed. */
    static final class Lease implements AutoCloseable {
        private final Entry entry;
        private boolean closed;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        AdaptedModel model() {
            return entry.model;
        }

        /** Ends the use. Closing twice has no effect. */
        @Override
        public void close() {
            synchronized (ENTRIES) {
                if (!closed) {
                    closed = true;
                    entry.leases--;
                    closeUnused(UNUSED);
                }
            }
        }
    }

    /**
     * Returns a lease of a model, which is read if it is not open.
     *
     * @throws IOException if the content is not that of a model file
     */
    static Lease open(ModelContent content, InferenceOptions options) throws IOException {
        Key key = new Key(content.sha256(), options);
        synchronized (ENTRIES) {
            Entry entry = ENTRIES.remove(key);
            if (entry == null) {
                entry = new Entry(content.load(options));
            }
            ENTRIES.put(key, entry);
            entry.leases++;
            return new Lease(entry);
        }
    }

    /** Closes unused models, except for those that were used last. */
    static void closeUnused(int kept) {
        synchronized (ENTRIES) {
            long surplus =
                    ENTRIES.values().stream().filter(entry -> entry.leases == 0).count() - kept;
            for (Iterator<Entry> entries = ENTRIES.values().iterator(); surplus > 0; ) {
                Entry entry = entries.next();
                if (entry.leases == 0) {
                    entries.remove();
                    entry.model.close();
                    surplus--;
                }
            }
        }
    }
}
