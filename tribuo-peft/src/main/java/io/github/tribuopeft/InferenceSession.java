package io.github.tribuopeft;

import ai.djl.Device;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.generation.BatchGenerator;
import io.github.tribuopeft.generation.BeamRequest;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.generation.TextGenerator;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.TrainingItem;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * Native part of a model: opened at the first prediction, shared by all threads, and closed once. Closing waits for
 * running predictions. The memory of a session that was dropped without being closed is freed after the garbage
 * collector found it.
 */
public final class InferenceSession implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(InferenceSession.class.getName());

    private static final AtomicLong COUNT = new AtomicLong();

    private final long number = COUNT.incrementAndGet();
    private final ModelState<?> state;
    private final InferenceOptions options;
    private final Consumer<Backbone> requireFit;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final LongAdder truncated = new LongAdder();
    private Backbone backbone;
    private volatile AdaptedBackbone adapted;
    private boolean closed;

    /**
     * Creates a session, which opens at the first prediction.
     *
     * @param outputs the output domain
     * @param options how the model runs on this machine
     */
    <T extends Output<T>> InferenceSession(
            ModelState<T> state, ImmutableOutputInfo<T> outputs, InferenceOptions options) {
        this.state = state;
        this.options = options;
        this.requireFit = opened -> state.requireBackbone(opened, outputs);
    }

    /**
     * Runs the model.
     *
     * @param encode returns the token sequences; its arguments are the tokenizer and the maximum number of tokens
     * @return the logits [C] of each row of each sequence
     */
    List<float[][]> logits(BiFunction<BackboneTokenizer, Integer, List<TokenSequence>> encode) {
        return whileOpen(() -> {
            List<TokenSequence> sequences = encode.apply(backbone.tokenizer(), state.maxLength());
            truncated.add(sequences.stream()
                    .filter(sequence -> sequence.dropped() > 0)
                    .count());
            return adapted.logits(sequences, options.batchTokens(), progress(sequences.size()));
        });
    }

    /**
     * Computes losses.
     *
     * @param encode returns the items
     * @return the losses of each item's predicted tokens
     */
    List<float[]> losses(Function<ReplyEncoder, List<TrainingItem>> encode) {
        return whileOpen(() -> {
            List<TrainingItem> items =
                    encode.apply(new ReplyEncoder(backbone.tokenizer(), backbone.endToken(), state.maxLength()));
            truncated.add(
                    items.stream().filter(item -> item.tokens().dropped() > 0).count());
            return adapted.losses(items, options.batchTokens(), progress(items.size()));
        });
    }

    /**
     * Generates a text.
     *
     * @param listener receives parts of the text and returns whether to continue
     */
    Generation generate(GenerationRequest request, Predicate<String> listener) {
        return whileOpen(() -> new TextGenerator(backbone, adapted.uploaded()).generate(request, listener));
    }

    /** Finds the best text by beam search. */
    Generation generate(BeamRequest request) {
        return whileOpen(() -> new BatchGenerator(backbone).generate(adapted.uploaded(), request));
    }

    /**
     * Generates texts of several models in batches.
     *
     * @param requests the requests of each session, which must use the same backbone
     */
    static List<Generation> generate(List<SessionRequest> requests, int batchSize) {
        // threads that lock several sessions do so in the same order
        List<InferenceSession> sessions = requests.stream()
                .map(SessionRequest::session)
                .distinct()
                .sorted(Comparator.comparingLong(session -> session.number))
                .toList();
        return whileOpen(sessions, () -> {
            Backbone shared = sessions.get(0).backbone;
            List<BatchGenerator.Item> items = new ArrayList<>();
            for (SessionRequest request : requests) {
                InferenceSession session = request.session();
                if (!session.backbone.sharesWeights(shared)) {
                    throw new IllegalArgumentException("The models of a batch must have the same backbone, device and"
                            + " precision, but one is on '"
                            + sessions.get(0).state.backbone().name()
                            + "' and another on '" + session.state.backbone().name() + "'");
                }
                items.add(new BatchGenerator.Item(session.adapted.uploaded(), request.request(), request.listener()));
            }
            return new BatchGenerator(shared).generate(items, batchSize);
        });
    }

    private static <V> V whileOpen(List<InferenceSession> sessions, Supplier<V> work) {
        return sessions.isEmpty()
                ? work.get()
                : sessions.get(0).whileOpen(() -> whileOpen(sessions.subList(1, sessions.size()), work));
    }

    /** Request with the session of its model. */
    record SessionRequest(InferenceSession session, GenerationRequest request, Predicate<String> listener) {}

    /** Returns a function that reports the size of each complete batch to the listener. */
    private IntConsumer progress(int total) {
        if (options.listener().isEmpty()) {
            return size -> {};
        }
        PredictionListener listener = options.listener().get();
        return new IntConsumer() {
            private int predicted;

            @Override
            public synchronized void accept(int size) {
                predicted += size;
                listener.onBatch(predicted, total);
            }
        };
    }

    /** Returns the adapter with its changes of linear layers merged into copies of their weights. */
    Adapter merged() {
        return whileOpen(() -> backbone.merge(state.adapter()));
    }

    private <V> V whileOpen(Supplier<V> work) {
        if (adapted == null) {
            open(); // only the first use waits for other threads
        }
        lock.readLock().lock();
        try {
            requireOpen();
            return work.get();
        } finally {
            lock.readLock().unlock();
            Reference.reachabilityFence(this); // the cleaner must not close the tokenizer during the work
        }
    }

    InferenceOptions options() {
        return options;
    }

    ModelState<?> state() {
        return state;
    }

    /** Returns the number of texts so far that were truncated. */
    long truncated() {
        return truncated.sum();
    }

    private void open() {
        lock.writeLock().lock();
        try {
            requireOpen();
            if (adapted == null) {
                // the engine starts while the files of the backbone are hashed
                CompletableFuture<Device> device =
                        CompletableFuture.supplyAsync(() -> Devices.resolve(options.device()));
                BackboneSource source = BackboneCatalog.find(state.backbone());
                adapt(Backbone.open(source, await(device), precision()));
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private Precision precision() {
        Precision precision = options.precision().orElse(state.precision());
        if (precision != state.precision()) {
            LOGGER.warning("The model was trained with precision " + state.precision() + " and runs with " + precision
                    + "; its predictions differ from those of the training");
        }
        return precision;
    }

    /** Uploads adapter and head to a backbone, which is closed if they do not fit. */
    private void adapt(Backbone opened) {
        try {
            requireFit.accept(opened);
            adapted = new AdaptedBackbone(opened, state.adapter(), state.pooling(), state.head(), state.headTensors());
            backbone = opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
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
            throw new IllegalStateException("This model is closed");
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
