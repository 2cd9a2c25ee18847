package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import java.util.SplittableRandom;

/**
 * Inverted dropout with masks from a Java generator, so that a seed gives the same masks on every device and the
 * engine's global generator is not used.
 */
@FunctionalInterface
public interface Dropout {

    /** No dropout, for predictions. */
    Dropout OFF = (x, rate) -> x;

    /**
     * Zeroes each value with probability {@code rate} and scales the others by {@code 1 / (1 - rate)}.
     *
     * @param x any array
     * @param rate the dropout rate in [0, 1)
     * @return an array of the same shape; the manager of {@code x} owns it
     */
    NDArray apply(NDArray x, double rate);

    /** Returns dropout for training. */
    static Dropout from(SplittableRandom random) {
        return (x, rate) -> {
            if (rate == 0.0) {
                return x;
            }
            float scale = (float) (1.0 / (1.0 - rate));
            float[] mask = new float[Math.toIntExact(x.size())];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = random.nextDouble() < rate ? 0f : scale;
            }
            return x.mul(x.getManager().create(mask, x.getShape()));
        };
    }
}
