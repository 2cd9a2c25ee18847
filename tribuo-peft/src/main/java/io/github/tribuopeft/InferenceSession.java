package io.github.tribuopeft;

import ai.djl.Device;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * The native side of a model: opened at the first prediction, shared by all threads, closed once. Closing waits for predictions under way.
 */
public final class InferenceSession implements AutoCloseable {

    private final ModelState<?> parts;
    private final IntConsumer headShapes;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final LongAdder truncated = new LongAdder();
    private Backbone backbone;
    private volatile AdaptedBackbone adapted;
    private boolean closed;

    /**
     * A session that is not open yet.
     *
     * @param outputs those that the head makes
     */
    <T extends Output<T>> InferenceSession(ModelState<T> parts, ImmutableOutputInfo<T> outputs) {
        this.parts = parts;
        this.headShapes = hidden -> parts.requireHead(outputs, hidden);
    }

    /**
     * Runs the model.
     *
     * @param encode makes the token sequences, with the backbone's tokenizer and the number of tokens that fit
     * @return for each sequence the logits [C] of each row
     */
    List<float[][]> logits(BiFunction<BackboneTokenizer, Integer, List<TokenSequence>> encode) {
        return whileOpen(() -> {
            List<TokenSequence> sequences = encode.apply(backbone.tokenizer(), parts.maxLength());
            truncated.add(sequences.stream()
                    .filter(sequence -> sequence.dropped() > 0)
                    .count());
            return adapted.logits(sequences);
        });
    }

    /** The adapter with what it does to linear maps folded into copies of their weights. */
    Adapter merged() {
        return whileOpen(() -> backbone.merge(parts.adapter()));
    }

    private <V> V whileOpen(Supplier<V> work) {
        if (adapted == null) {
            open(); // only the first use waits for others
        }
        lock.readLock().lock();
        try {
            requireOpen();
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    ModelState<?> parts() {
        return parts;
    }

    /** Number of texts so far that were cut to fit. */
    long truncated() {
        return truncated.sum();
    }

    private void open() {
        lock.writeLock().lock();
        try {
            requireOpen();
            if (adapted == null) {
                // the engine starts while the backbone's files are hashed
                CompletableFuture<Device> device = CompletableFuture.supplyAsync(() -> Devices.resolve(parts.device()));
                BackboneSource source = BackboneCatalog.find(parts.backbone());
                adapt(Backbone.open(source, await(device), parts.precision()));
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Puts adapter and head on a backbone, which is closed if they do not fit. */
    private void adapt(Backbone opened) {
        try {
            requireFit(opened);
            adapted = new AdaptedBackbone(opened, parts.adapter(), parts.pooling(), parts.head(), parts.headTensors());
            backbone = opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** What is left to check of a model's parts once its backbone is there. */
    private void requireFit(Backbone opened) {
        if (!opened.fingerprint().equals(parts.backbone().fingerprint())) {
            throw new BackboneException(
                    "The files of backbone '" + parts.backbone().name()
                            + "' changed while they were read; they are not those that this model was trained on");
        }
        opened.checkAdapter(parts.adapter());
        headShapes.accept(opened.dimensions().hidden());
        int room = opened.maxTextTokens(parts.adapter().virtualTokens());
        if (parts.maxLength() > room) {
            throw new IllegalArgumentException("The model's maxLength is " + parts.maxLength()
                    + ", but beside its virtual tokens the backbone takes at most " + room + " tokens");
        }
    }

    private static Device await(CompletableFuture<Device> device) {
        try {
            return device.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This model is closed; it cannot predict any more");
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (adapted != null && !closed) {
                adapted.close();
                backbone.close();
            }
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
