package io.github.tribuopeft.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one batch, each with the adapter and the head of its own model. All models have the same layout. The adapters
 * of B rows are stacked with one copy to [B, values], and each entry is a view of it.
 *
 * @param models the model of each row
 * @param sequences the tokens of each row
 */
record BankBatch(List<BankedModel<?>> models, List<TokenSequence> sequences) {

    /** Computes the logits of each row, [C] with the number C of outputs of its model. */
    float[][] logits(Backbone backbone) {
        BatchLayout layout = models.get(0).layout();
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                TokenBatch batch = new TokenBatch(sequences);
                NDArray hidden = backbone.forward(scope, batch, adapter(scope, layout), layout.virtual());
                NDArray pooled = layout.pooling().pool(hidden, batch); // [B, H]
                return rows(layout.head().logits(pooled, head(scope), Dropout.OFF));
            }
        });
    }

    private boolean isOneModel() {
        return models.stream().allMatch(model -> model == models.get(0));
    }

    /** Returns the entries: of their own shape if all rows have one model, otherwise with an adapter for each row. */
    private Map<String, NDArray> adapter(NDManager scope, BatchLayout layout) {
        if (layout.entries().isEmpty()) {
            return Map.of();
        }
        boolean one = isOneModel();
        NDArray values = one
                ? models.get(0).adapter().expandDims(0)
                : NDArrays.stack(
                        new NDList(models.stream().map(BankedModel::adapter).toList())); // [1 | B, values]
        values.attach(scope);
        Map<String, NDArray> entries = new HashMap<>();
        long offset = 0;
        for (Map.Entry<String, Shape> entry : layout.entries().entrySet()) {
            Shape shape = entry.getValue();
            NDArray slice = values.get(new NDIndex(":, {}:{}", offset, offset + shape.size()));
            entries.put(entry.getKey(), slice.reshape(one ? shape : rowShape(shape, models.size())));
            offset += shape.size();
        }
        return entries;
    }

    /** Returns the shape of an entry with an adapter for each row, see {@code AdapterEntry.rowShape}. */
    private static Shape rowShape(Shape shape, int rows) {
        if (shape.dimension() > 2) {
            return new Shape(rows).addAll(shape.slice(1)); // [1, P, E] and [1, K, V, D]
        }
        return shape.dimension() == 1
                ? new Shape(rows, 1, shape.get(0))
                : new Shape(rows).addAll(shape); // [out] and [out, in]
    }

    /** Returns the heads of the rows. The first dimension of a tensor is padded with zeros to the largest extent. */
    private Map<String, NDArray> head(NDManager scope) {
        boolean one = isOneModel();
        Map<String, NDArray> tensors = new HashMap<>();
        models.get(0).headTensors().forEach((name, tensor) -> {
            if (one) {
                tensors.put(name, tensor.upload(scope));
                return;
            }
            Shape shape = padded(name);
            float[] stacked = new float[Math.toIntExact(models.size() * shape.size())];
            for (int row = 0; row < models.size(); row++) {
                Tensor own = models.get(row).headTensor(name);
                System.arraycopy(own.values(), 0, stacked, Math.toIntExact(row * shape.size()), own.size());
            }
            tensors.put(name, scope.create(stacked, new Shape(models.size()).addAll(shape)));
        });
        return tensors;
    }

    private Shape padded(String name) {
        long largest = models.stream()
                .mapToLong(model -> model.headTensor(name).shape().get(0))
                .max()
                .orElseThrow();
        Shape own = models.get(0).headTensor(name).shape();
        return new Shape(largest).addAll(own.slice(1));
    }

    /** Copies the logits [B, largest C] of each row without padding. */
    private float[][] rows(NDArray logits) {
        float[] values = logits.toFloatArray();
        int width = values.length / models.size();
        List<float[]> rows = new ArrayList<>();
        for (int row = 0; row < models.size(); row++) {
            float[] own = Arrays.copyOfRange(
                    values, row * width, row * width + models.get(row).outputCount());
            requireFinite(own);
            rows.add(own);
        }
        return rows.toArray(float[][]::new);
    }

    private static void requireFinite(float[] row) {
        for (float logit : row) {
            if (!Float.isFinite(logit)) {
                throw new ArithmeticException("A model computes a logit that is " + logit
                        + "; its parameters or those of its backbone are too large for the precision");
            }
        }
    }
}
