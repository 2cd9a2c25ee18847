package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.WorkerPool;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * States of the texts of a training run that do not depend on the trained tensors. They are computed once, before the
 * first epoch, in batches that depend on the texts only, so a run that resumes computes the same bits. For the same
 * reason, runs of one epoch use them, too.
 *
 * <p>{@link #compute()} computes them into one array on the device of the backbone. Closing frees it.
 */
public abstract sealed class FrozenStates implements PooledStates, AutoCloseable {

    final Backbone backbone;
    private final List<TokenBatch> batches;
    private final Map<TokenSequence, Long> firstRows = new IdentityHashMap<>();
    private NDManager manager;
    private NDArray rows; // [N, H]

    private FrozenStates(Backbone backbone, List<TokenSequence> texts) {
        this.backbone = backbone;
        this.batches =
                LengthBatches.forPrediction(texts.size(), i -> texts.get(i).length(), AdaptedBackbone.BATCH_TOKENS)
                        .stream()
                        .map(indices -> new TokenBatch(
                                IntStream.of(indices).mapToObj(texts::get).toList()))
                        .toList();
    }

    /**
     * Returns the states that a training run can use, before they are computed. There are some if the method changes no
     * layer, or leaves the first ones unchanged.
     *
     * @param backbone the backbone; the caller closes it after the states
     * @param plan the configuration of the run
     * @param isProbe whether the run trains a head only
     * @param texts the tokens of the training and development data
     * @return the states; empty if each epoch has to compute all layers, or if the states need more memory than
     *     {@linkplain TrainingOptions.Builder#frozenStates the options} allow
     */
    public static Optional<FrozenStates> of(
            Backbone backbone, TrainingPlan plan, boolean isProbe, List<TokenSequence> texts) {
        int layer = plan.method().firstLayer(backbone.dimensions());
        if (!isProbe && layer == 0) {
            return Optional.empty();
        }
        FrozenStates states = isProbe
                ? new PooledRows(backbone, texts, plan.pooling())
                : new LayerInputs(backbone, texts, plan, layer);
        return states.bytes() <= plan.options().frozenStateBytes() ? Optional.of(states) : Optional.empty();
    }

    private long bytes() {
        return batches.stream().mapToLong(this::rowCount).sum()
                * backbone.dimensions().hidden()
                * Float.BYTES;
    }

    private long rowCount(TokenBatch batch) {
        return IntStream.range(0, batch.rows())
                .mapToLong(row -> rowCount(batch, row))
                .sum();
    }

    /** Computes the states of all texts, and returns the seconds that this took. */
    final double compute() {
        long began = System.nanoTime();
        long[] begins = new long[batches.size() + 1];
        for (int i = 0; i < batches.size(); i++) {
            begins[i + 1] = begins[i] + assignRows(batches.get(i), begins[i]);
        }
        long width = backbone.dimensions().hidden();
        manager = backbone.newManager();
        rows = manager.zeros(new Shape(begins[batches.size()], width));
        WorkerPool.run(
                backbone.device(),
                batches.size(),
                i -> TorchRuntime.withoutGradients(() -> {
                    try (NDManager scope = backbone.newManager()) {
                        NDArray states = states(scope, batches.get(i)).reshape(begins[i + 1] - begins[i], width);
                        rows.set(new NDIndex("{}:{}", begins[i], begins[i + 1]), states);
                    }
                    return null;
                }));
        return (System.nanoTime() - began) / 1e9;
    }

    /** Assigns rows from {@code begin} on to the sequences of a batch, and returns their number. */
    private long assignRows(TokenBatch batch, long begin) {
        long next = begin;
        for (int row = 0; row < batch.rows(); row++) {
            firstRows.put(batch.sequence(row), next);
            next += rowCount(batch, row);
        }
        return next - begin;
    }

    /** Returns the number of layers, from the first one, that an epoch does not compute. */
    public abstract int layers();

    /** Returns the number of rows that are kept for a sequence of a batch. */
    abstract int rowCount(TokenBatch batch, int row);

    /** Computes what is kept of a batch: one row of H values after the other. */
    abstract NDArray states(NDManager scope, TokenBatch batch);

    /** Returns the rows [n, H] with some indices. */
    final NDArray select(NDManager scope, LongStream indices) {
        return rows.get(scope, new NDIndex("{}", scope.create(indices.toArray())));
    }

    /** Returns the index of the first row of a sequence. */
    final long firstRow(TokenSequence sequence) {
        Long first = firstRows.get(sequence);
        if (first == null) {
            throw new IllegalArgumentException("The states of this sequence were not computed before the training");
        }
        return first;
    }

    @Override
    public final void close() {
        if (manager != null) {
            manager.close();
        }
    }

    /** The pooled rows themselves, for a run that trains a head only. */
    private static final class PooledRows extends FrozenStates {
        private final Pooling pooling;
        private final PooledStates all;

        PooledRows(Backbone backbone, List<TokenSequence> texts, Pooling pooling) {
            super(backbone, texts);
            this.pooling = pooling;
            this.all = PooledStates.of(backbone, pooling);
        }

        @Override
        public int layers() {
            return backbone.dimensions().layers();
        }

        @Override
        int rowCount(TokenBatch batch, int row) {
            return pooling.rowCount(batch.sequence(row));
        }

        @Override
        NDArray states(NDManager scope, TokenBatch batch) {
            return all.compute(scope, batch, Map.of(), VirtualTokens.NONE);
        }

        @Override
        public NDArray compute(NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
            return select(scope, IntStream.range(0, batch.rows()).boxed().flatMapToLong(row -> {
                long first = firstRow(batch.sequence(row));
                return LongStream.range(first, first + rowCount(batch, row));
            }));
        }
    }

    /** The states of all tokens before the first layer that the method changes. */
    private static final class LayerInputs extends FrozenStates {
        private final Pooling pooling;
        private final int layer;
        private final VirtualTokens virtual;

        LayerInputs(Backbone backbone, List<TokenSequence> texts, TrainingPlan plan, int layer) {
            super(backbone, texts);
            this.pooling = plan.pooling();
            this.layer = layer;
            this.virtual = plan.method().virtualTokens();
        }

        @Override
        public int layers() {
            return layer;
        }

        @Override
        int rowCount(TokenBatch batch, int row) {
            return batch.width();
        }

        @Override
        NDArray states(NDManager scope, TokenBatch batch) {
            return backbone.layerInputs(scope, batch, layer, virtual);
        }

        @Override
        public NDArray compute(NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
            LongStream indices = IntStream.range(0, batch.rows()).boxed().flatMapToLong(row -> {
                long first = firstRow(batch.sequence(row));
                long last = first + batch.sequence(row).length() - 1;
                return LongStream.range(first, first + batch.width()).map(i -> Math.min(i, last));
            });
            NDArray inputs = select(scope, indices).reshape(batch.rows(), batch.width(), -1);
            return pooling.pool(backbone.forwardFrom(scope, inputs, batch, layer, adapter, virtual), batch);
        }
    }
}
