package io.github.tribuopeft;

import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.WorkerPool;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.LengthBatches;
import io.github.tribuopeft.training.PooledStates;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Embeddings of texts by a backbone without an adapter: pooled hidden states.
 *
 * @param backbone the open backbone
 * @param pooling the pooling
 */
record TextEmbeddings(Backbone backbone, TextPooling pooling) {

    /** Returns the embedding [H] of each text, in their order. */
    float[][] of(List<TokenSequence> texts) {
        List<int[]> batches =
                LengthBatches.forPrediction(texts.size(), i -> texts.get(i).length(), AdaptedBackbone.BATCH_TOKENS);
        float[][] embeddings = new float[texts.size()][];
        WorkerPool.run(backbone.device(), batches.size(), i -> {
            int[] indices = batches.get(i);
            float[] rows = embed(IntStream.of(indices).mapToObj(texts::get).toList());
            int width = rows.length / indices.length;
            for (int row = 0; row < indices.length; row++) {
                embeddings[indices[row]] = Arrays.copyOfRange(rows, row * width, (row + 1) * width);
            }
        });
        return embeddings;
    }

    private float[] embed(List<TokenSequence> texts) {
        TokenBatch batch = new TokenBatch(texts);
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                return PooledStates.of(backbone, pooling)
                        .compute(scope, batch, Map.of(), VirtualTokens.NONE)
                        .toFloatArray();
            }
        });
    }
}
