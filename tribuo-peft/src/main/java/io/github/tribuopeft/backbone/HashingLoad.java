package io.github.tribuopeft.backbone;

import ai.djl.Device;
import io.github.tribuopeft.backbone.LoadedBackbone.Key;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** Loads a backbone while a second thread hashes its files. For files of several gigabytes, both take seconds. */
final class HashingLoad {

    private final BackboneSource source;
    private final Device device;
    private final Precision precision;
    private final FutureTask<Fingerprint> hashing;
    private Consumer<Key> identified;

    HashingLoad(BackboneSource source, Device device, Precision precision) {
        this.source = source;
        this.device = device;
        this.precision = precision;
        this.hashing = new FutureTask<>(this::hash);
    }

    /** Name of the source. */
    String name() {
        return source.name();
    }

    private Fingerprint hash() {
        Fingerprint fingerprint = source.fingerprint();
        identified.accept(new Key(fingerprint, device, precision));
        return fingerprint;
    }

    /**
     * Loads the backbone.
     *
     * @param receiver receives the key in the thread that hashes, as soon as the files are hashed
     * @throws BackboneException if files are missing or damaged
     */
    LoadedBackbone run(Consumer<Key> receiver) {
        identified = receiver;
        Thread thread = new Thread(hashing, "hash-" + name());
        thread.setDaemon(true);
        try {
            thread.start();
            return new BackboneLoader(source, device, precision).load(this::fingerprint);
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                fingerprint(); // its error names the file that is damaged, so it comes before what followed from that
            }
            throw e;
        } finally {
            hashing.cancel(true);
        }
    }

    private Fingerprint fingerprint() {
        try {
            return hashing.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("Hashing was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    /** Waits until the files are hashed or the load has failed. */
    void awaitFingerprint() {
        try {
            hashing.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("Waiting for another thread that hashes the backbone was interrupted", e);
        } catch (ExecutionException | CancellationException e) {
            // the load fails, and its own thread reports the error
        }
    }
}
