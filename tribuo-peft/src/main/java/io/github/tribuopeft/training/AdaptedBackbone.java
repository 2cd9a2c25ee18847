package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.UploadedAdapter;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.NativeCleaner;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.WorkerPool;
import io.github.tribuopeft.head.OutputHead;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Backbone with an adapter and a head. Computes logits and losses of token sequences.
 *
 * <p>Safe for concurrent use until closed. Closing frees the adapter and the head, but not the backbone. The garbage
 * collector frees them if the object is not closed.
 */
public final class AdaptedBackbone implements AutoCloseable {

    /** Default number of tokens in a batch: enough to use all cores, few enough to fit their caches. */
    public static final int BATCH_TOKENS = 2048;

    /** Number of rows whose logits of a whole vocabulary are in memory at once. */
    private static final int LOSS_ROWS = 256;

    private final Backbone backbone;
    private final Pooling pooling;
    private final PooledStates states;
    private final OutputHead<?> head;
    private final NDManager manager;
    private final UploadedAdapter uploaded;
    private final Map<String, NDArray> headTensors;
    private final Runnable beforeBatch;
    private final Cleaner.Cleanable memory;

    /** Uploads an adapter and a head to the device of the backbone. */
    public AdaptedBackbone(
            Backbone backbone, Adapter adapter, Pooling pooling, OutputHead<?> head, Map<String, Tensor> headTensors) {
        this(backbone, adapter, pooling, PooledStates.of(backbone, pooling), head, headTensors, () -> {});
    }

    /**
     * Uploads an adapter and a head, for a training run that can be interrupted.
     *
     * @param states computes the states that {@code pooling} selects
     * @param beforeBatch runs before each batch, in any thread, and may throw an exception to stop
     */
    AdaptedBackbone(
            Backbone backbone,
            Adapter adapter,
            Pooling pooling,
            PooledStates states,
            OutputHead<?> head,
            Map<String, Tensor> headTensors,
            Runnable beforeBatch) {
        this.backbone = backbone;
        this.pooling = pooling;
        this.states = states;
        this.head = head;
        this.manager = backbone.newManager();
        try {
            this.uploaded = new UploadedAdapter(upload(adapter.tensors()), adapter.virtualTokens());
            this.headTensors = upload(headTensors);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
        this.beforeBatch = beforeBatch;
        NDManager owned = manager; // the cleaner must not refer to this object, or it is never collected
        this.memory = NativeCleaner.register(this, owned::close);
    }

    private Map<String, NDArray> upload(Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new HashMap<>();
        tensors.forEach((name, tensor) -> arrays.put(name, tensor.upload(manager)));
        return arrays;
    }

    /**
     * Computes logits in batches of at most {@link #BATCH_TOKENS} tokens.
     *
     * @param sequences any number of sequences
     * @return for each sequence, in their order, the logits [C] of each of its pooled rows
     * @throws ArithmeticException if a logit is NaN or infinite
     */
    public List<float[][]> logits(List<TokenSequence> sequences) {
        return logits(sequences, BATCH_TOKENS, size -> {});
    }

    /**
     * Computes logits. Batches contain sequences of similar length, and several batches are computed at the same time.
     * The division into batches depends on the arguments only.
     *
     * @param sequences any number of sequences
     * @param batchTokens maximum number of tokens in a batch, padding included; a longer sequence is a batch of its own
     * @param afterBatch receives the number of sequences of each complete batch, from several threads
     * @return for each sequence, in their order, the logits [C] of each of its pooled rows
     * @throws ArithmeticException if a logit is NaN or infinite
     */
    public List<float[][]> logits(List<TokenSequence> sequences, int batchTokens, IntConsumer afterBatch) {
        List<int[]> batches = LengthBatches.forPrediction(
                sequences.size(), i -> sequences.get(i).length(), batchTokens);
        float[][][] results = new float[sequences.size()][][];
        WorkerPool.run(backbone.device(), batches.size(), i -> {
            compute(sequences, batches.get(i), results);
            afterBatch.accept(batches.get(i).length);
        });
        return List.of(results);
    }

    /** Computes the logits of a batch of sequences, given by their indices. */
    private void compute(List<TokenSequence> sequences, int[] indices, float[][][] results) {
        beforeBatch.run();
        List<TokenSequence> rows =
                IntStream.of(indices).mapToObj(sequences::get).toList();
        float[] values = run(new TokenBatch(rows));
        int[] counts = rows.stream().mapToInt(pooling::rowCount).toArray();
        int total = IntStream.of(counts).sum();
        int width = total == 0 ? 0 : values.length / total;
        int offset = 0;
        for (int i = 0; i < indices.length; i++) {
            float[][] logits = new float[counts[i]][width];
            for (float[] row : logits) {
                System.arraycopy(values, offset, row, 0, width);
                requireFinite(row);
                offset += width;
            }
            results[indices[i]] = logits;
        }
    }

    private static void requireFinite(float[] row) {
        for (float logit : row) {
            if (!Float.isFinite(logit)) {
                throw new ArithmeticException("The model computes a logit that is " + logit
                        + "; its parameters or those of its backbone are too large for the precision");
            }
        }
    }

    private float[] run(TokenBatch batch) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                return logits(states.compute(scope, batch, uploaded.tensors(), uploaded.virtual()))
                        .toFloatArray();
            } finally {
                Reference.reachabilityFence(this); // the cleaner must not free the tensors during the call
            }
        });
    }

    private NDArray logits(NDArray pooled) {
        return head.layer()
                .logits(pooled, rows -> backbone.lmLogits(rows, uploaded.tensors()), headTensors, Dropout.OFF);
    }

    /**
     * Computes the losses of items, in batches as in {@link #logits(List, int, IntConsumer)}. The logits stay in native
     * memory, because those of a language model have the size of the vocabulary.
     *
     * @param batchTokens maximum number of tokens in a batch, padding included; a longer sequence is a batch of its own
     * @param afterBatch receives the number of items of each complete batch, from several threads
     * @return for each item, in their order, the loss of each of its pooled rows
     * @throws ArithmeticException if a loss is NaN or infinite
     */
    public List<float[]> losses(List<TrainingItem> items, int batchTokens, IntConsumer afterBatch) {
        List<int[]> batches = LengthBatches.forPrediction(
                items.size(), i -> items.get(i).tokens().length(), batchTokens);
        float[][] results = new float[items.size()][];
        WorkerPool.run(backbone.device(), batches.size(), i -> {
            beforeBatch.run();
            int[] indices = batches.get(i);
            float[] losses = losses(
                    new MicroBatch(IntStream.of(indices).mapToObj(items::get).toList(), 0));
            requireFinite(losses);
            int offset = 0;
            for (int index : indices) {
                int end = offset + items.get(index).targets().length;
                results[index] = Arrays.copyOfRange(losses, offset, end);
                offset = end;
            }
            afterBatch.accept(indices.length);
        });
        return List.of(results);
    }

    private float[] losses(MicroBatch part) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                TokenBatch batch = part.tokens();
                NDArray pooled = states.compute(scope, batch, uploaded.tensors(), uploaded.virtual()); // [R, H]
                NDArray targets = part.targets(scope); // [R, K]
                FloatBuffer losses = FloatBuffer.allocate(part.rows());
                for (int first = 0; first < part.rows(); first += LOSS_ROWS) {
                    NDIndex some = new NDIndex("{}:{}", first, Math.min(part.rows(), first + LOSS_ROWS));
                    losses.put(head.objective()
                            .loss(logits(pooled.get(some)), targets.get(some))
                            .toFloatArray());
                }
                return losses.array();
            } finally {
                Reference.reachabilityFence(this); // the cleaner must not free the tensors during the call
            }
        });
    }

    /** Returns the uploaded adapter, which is valid until this object is closed. */
    public UploadedAdapter uploaded() {
        return uploaded;
    }

    @Override
    public void close() {
        memory.clean();
    }
}
