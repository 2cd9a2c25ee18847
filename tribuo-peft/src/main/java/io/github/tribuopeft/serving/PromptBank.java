package io.github.tribuopeft.serving;

import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.WorkerPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.tribuo.Prediction;

/**
 * Many models over one backbone, whose texts are predicted together: the rows of a batch have adapters and heads of
 * different models.
 *
 * <pre>{@code
 * try (PromptBank bank = PromptBank.builder(new MiniLm()).open()) {
 *     bank.put("intents", intents);
 *     bank.put("topics", topics);
 *     List<Prediction<?>> answers = bank.predict(List.of(
 *             new PromptBank.Query("intents", "My card has not arrived"),
 *             new PromptBank.Query("topics", "The minister resigned")));
 * }
 * }</pre>
 *
 * <p>A batch has the rows of all models with the same entries, shapes, virtual tokens and pooling, such as all prefixes
 * of one length; heads may have different numbers of outputs. Models of different methods are predicted in one call, but
 * in different batches. A model that replaces whole weight matrices, as full fine-tuning and merging do, has batches of
 * its own.
 * Predictions agree with those of the model alone to 1e-5.
 *
 * <p>The bank copies the tensors of a model, so the model can be closed afterwards. Classifiers and regression models are
 * supported, but not taggers and language models. Safe for concurrent use: models can be added, replaced and removed
 * during predictions, which use the models that they found at their beginning. Closing waits for running predictions.
 */
public final class PromptBank implements AutoCloseable {

    /** Maximum number of bytes of the stacked adapters of a batch with several models. */
    private static final long STACKED_BYTES = 64L << 20;

    /** Number of monitors of names; names of equal hashes share one. */
    private static final int MONITORS = 64;

    private final Backbone backbone;
    private final int batchTokens;
    private final ModelLoader loader;
    private final ModelTable table;
    private final Object[] monitors =
            Stream.generate(Object::new).limit(MONITORS).toArray();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private PromptBank(Builder builder) {
        this.loader = builder.loader;
        this.batchTokens = builder.options.batchTokens();
        this.table = new ModelTable(builder.maxBytes, loader != null);
        this.backbone = Backbone.open(
                builder.source,
                Devices.resolve(builder.options.device()),
                builder.options.precision().orElse(Precision.FP32));
    }

    /**
     * Text for a model.
     *
     * @param model name of the model
     * @param text the text
     */
    public record Query(String model, String text) {}

    /** Loads models that are not in memory. It must not use the bank. */
    @FunctionalInterface
    public interface ModelLoader {

        /**
         * Loads a model. The bank closes it.
         *
         * @throws NoSuchElementException if there is no model of this name
         * @throws IOException if the model cannot be read
         */
        PeftModel<?> load(String name) throws IOException;
    }

    /** Returns a builder of a bank over a backbone. */
    public static Builder builder(BackboneSource source) {
        return new Builder(source);
    }

    /**
     * Adds a model, or replaces the model of this name.
     *
     * @throws BackboneException if the model was trained on another backbone
     * @throws IllegalArgumentException if the model is not supported
     * @throws IllegalStateException if the bank is closed, or if the models would need more than the maximum number of
     *     bytes and there is no loader to bring evicted models back
     */
    public void put(String name, PeftModel<?> model) {
        lock.readLock().lock();
        try {
            requireOpen();
            BankedModel<?> uploaded = upload(name, model);
            synchronized (monitor(name)) {
                table.put(name, uploaded);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Removes a model from memory, and returns whether it was there. The loader is asked for it when it is needed again.
     */
    public boolean remove(String name) {
        synchronized (monitor(name)) {
            return table.remove(name);
        }
    }

    /** Returns the names of the models in memory. */
    public Set<String> names() {
        return table.names();
    }

    /** Returns the number of bytes of the adapters and heads in memory. */
    public long bytes() {
        return table.bytes();
    }

    /** Returns the backbone, which is closed with the bank. */
    public Backbone backbone() {
        return backbone;
    }

    /**
     * Predicts texts. For an ensemble, give the same text to several models and combine the predictions with an {@link
     * org.tribuo.ensemble.EnsembleCombiner}.
     *
     * @return the prediction of each query, in their order
     * @throws NoSuchElementException if there is no model of a name
     * @throws IllegalStateException if a model cannot be loaded, or the bank is closed
     * @throws ArithmeticException if a logit is NaN or infinite
     */
    public List<Prediction<?>> predict(List<Query> queries) {
        return answer(queries).stream().<Prediction<?>>map(Answer::prediction).toList();
    }

    /**
     * Predicts texts, and returns the hashes of the models, too.
     *
     * @return the answer to each query, in their order
     * @throws NoSuchElementException if there is no model of a name
     * @throws IllegalStateException if a model cannot be loaded, or the bank is closed
     * @throws ArithmeticException if a logit is NaN or infinite
     */
    public List<Answer> answer(List<Query> queries) {
        lock.readLock().lock();
        try {
            requireOpen();
            Map<String, BankedModel<?>> models = new LinkedHashMap<>();
            try {
                for (Query query : queries) {
                    if (!models.containsKey(query.model())) {
                        models.put(query.model(), acquire(query.model()));
                    }
                }
                return compute(queries, models);
            } finally {
                models.values().forEach(BankedModel::release);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Answer to a query.
     *
     * @param prediction the prediction
     * @param parametersHash the {@link io.github.tribuopeft.ModelState#parametersHash hash of the parameters} of the
     *     model that predicted
     * @param truncated whether the text was truncated
     */
    public record Answer(Prediction<?> prediction, String parametersHash, boolean truncated) {}

    private List<Answer> compute(List<Query> queries, Map<String, BankedModel<?>> models) {
        List<BankedModel<?>> ofRows = new ArrayList<>();
        List<TokenSequence> sequences = new ArrayList<>();
        for (Query query : queries) {
            BankedModel<?> model = models.get(query.model());
            ofRows.add(model);
            sequences.add(backbone.tokenizer().encode(query.text(), model.maxLength()));
        }
        BankRows rows = new BankRows(ofRows, sequences);
        List<int[]> batches = rows.batches(batchTokens, STACKED_BYTES);
        float[][] logits = new float[queries.size()][];
        WorkerPool.run(backbone.device(), batches.size(), i -> {
            int[] indices = batches.get(i);
            float[][] ofBatch = rows.batch(indices).logits(backbone);
            for (int row = 0; row < indices.length; row++) {
                logits[indices[row]] = ofBatch[row];
            }
        });
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            BankedModel<?> model = ofRows.get(i);
            answers.add(new Answer(
                    model.predict(queries.get(i).text(), logits[i]),
                    model.parametersHash(),
                    sequences.get(i).dropped() > 0));
        }
        return answers;
    }

    private BankedModel<?> acquire(String name) {
        return table.find(name).orElseGet(() -> load(name));
    }

    /** Loads a model. Other threads that need it wait for it. */
    private BankedModel<?> load(String name) {
        if (loader == null) {
            throw new NoSuchElementException("There is no model '" + name + "'");
        }
        synchronized (monitor(name)) {
            return table.find(name).orElseGet(() -> read(name));
        }
    }

    /** Returns the monitor under which a model is loaded, put and removed, so that an older file never replaces it. */
    private Object monitor(String name) {
        return monitors[Math.floorMod(name.hashCode(), MONITORS)];
    }

    private BankedModel<?> read(String name) {
        try (PeftModel<?> model = loader.load(name)) {
            BankedModel<?> loaded = upload(name, model);
            loaded.retain(); // for the caller
            try {
                table.put(name, loaded);
            } catch (RuntimeException e) {
                loaded.release();
                throw e;
            }
            return loaded;
        } catch (IOException e) {
            throw new IllegalStateException("Model '" + name + "' cannot be loaded: " + e.getMessage(), e);
        }
    }

    private BankedModel<?> upload(String name, PeftModel<?> model) {
        if (!model.backbone().fingerprint().equals(backbone.fingerprint())) {
            throw new BackboneException("Model '" + name + "' was trained on backbone '"
                    + model.backbone().name() + "' with other files than the backbone of the bank");
        }
        return BankedModel.of(model, backbone);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This prompt bank is closed");
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                table.close();
                backbone.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Builder of a {@link PromptBank}. */
    public static final class Builder {

        private final BackboneSource source;
        private InferenceOptions options = InferenceOptions.DEFAULT;
        private long maxBytes = Long.MAX_VALUE;
        private ModelLoader loader;

        private Builder(BackboneSource source) {
            this.source = source;
        }

        /** Sets the device, the precision (fp32 by default) and the size of batches. */
        public Builder options(InferenceOptions options) {
            this.options = options;
            return this;
        }

        /**
         * Sets the maximum number of bytes of all models in memory; unlimited by default. With a loader, the least
         * recently used models leave memory when there are more, and are loaded again when they are needed.
         */
        public Builder maxBytes(long maxBytes) {
            this.maxBytes = maxBytes;
            return this;
        }

        /** Sets the function that loads models that are not in memory; none by default. */
        public Builder loader(ModelLoader loader) {
            this.loader = loader;
            return this;
        }

        /**
         * Opens the bank.
         *
         * @throws BackboneException if the backbone cannot be opened
         */
        public PromptBank open() {
            return new PromptBank(this);
        }
    }
}
