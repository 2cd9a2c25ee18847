package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.engine.Dropout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Part of a training step that one thread computes.
 *
 * @param items the examples, of similar length
 * @param dropoutSeed seed of the dropout masks
 */
record MicroBatch(List<TrainingItem> items, long dropoutSeed) {

    /** Returns the number R of rows that pooling returns for these items. */
    int rows() {
        return items.stream().mapToInt(item -> item.targets().length).sum();
    }

    /** Returns the tokens of the items as one batch. */
    TokenBatch tokens() {
        return new TokenBatch(items.stream().map(TrainingItem::tokens).toList());
    }

    /** Returns a new generator of the dropout masks. */
    Dropout dropout() {
        return Dropout.from(new SplittableRandom(dropoutSeed));
    }

    /** Returns the targets [R, K] of the rows. */
    NDArray targets(NDManager scope) {
        return scope.create(
                items.stream().flatMap(item -> Arrays.stream(item.targets())).toArray(float[][]::new));
    }

    /** Returns the factors [R] of the losses for a mean over the {@code stepRows} rows of a step. */
    NDArray lossWeights(NDManager scope, int stepRows) {
        float[] weights = new float[rows()];
        int row = 0;
        for (TrainingItem item : items) {
            Arrays.fill(weights, row, row + item.targets().length, item.weight() / stepRows);
            row += item.targets().length;
        }
        return scope.create(weights, new Shape(weights.length));
    }
}
