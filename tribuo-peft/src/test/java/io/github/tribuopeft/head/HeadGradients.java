package io.github.tribuopeft.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.TestDevice;

/** Comparison of the gradients of an objective with central differences of its loss. */
final class HeadGradients {

    private static final float STEP = 1e-2f;

    private HeadGradients() {}

    /** Checks the gradient of each logit and returns the loss of each row. */
    static float[] check(Objective<?> objective, float[][] logits, float[][] targets) {
        float[] gradients = new float[logits.length * logits[0].length];
        float[] losses = losses(objective, logits, targets, gradients);
        for (int row = 0; row < logits.length; row++) {
            for (int column = 0; column < logits[row].length; column++) {
                float value = logits[row][column];
                logits[row][column] = value + STEP;
                double above = losses(objective, logits, targets, null)[row];
                logits[row][column] = value - STEP;
                double below = losses(objective, logits, targets, null)[row];
                logits[row][column] = value;
                assertThat((double) gradients[row * logits[row].length + column])
                        .as("gradient of logit %d of row %d", column, row)
                        .isCloseTo((above - below) / (2 * STEP), within(2e-3));
            }
        }
        return losses;
    }

    private static float[] losses(Objective<?> objective, float[][] logits, float[][] targets, float[] gradients) {
        try (NDManager manager = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE)) {
            return TorchRuntime.withGradients(() -> {
                NDArray array = manager.create(logits);
                array.setRequiresGradient(true);
                NDArray losses = objective.loss(array, manager.create(targets));
                assertThat(losses.getShape()).isEqualTo(new Shape(logits.length));
                float[] values = losses.toFloatArray();
                if (gradients != null) {
                    NDArray sum = losses.sum();
                    JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
                    System.arraycopy(array.getGradient().toFloatArray(), 0, gradients, 0, gradients.length);
                }
                return values;
            });
        }
    }
}
