package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import java.util.SplittableRandom;

/**
 * Inverted dropout whose masks come from a Java generator: the same seed gives the same masks on every device, and no global
 * engine state is touched.
 */
@FunctionalInterface
public interface Dropout {

    /** Keeps everything: what predictions use. */
    Dropout OFF = (x, rate) -> x;

    /**
     * Zeroes each value with probability {@code rate} and scales the others by {@code 1 / (1 - rate)}.
     *
     * @param x any array
     * @param rate at least 0, below 1
     * @return an array of the same shape, in {@code x}'s manager
     */
    NDArray apply(NDArray x, double rate);

    /** Dropout for a training step. */
    static Dropout from(SplittableRandom random) {
        return (x, rate) -> {
            if (rate == 0.0) {
                return x;
            }
            float kept = (float) (1.0 / (1.0 - rate));
            float[] mask = new float[Math.toIntExact(x.size())];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = random.nextDouble() < rate ? 0f : kept;
            }
            return x.mul(x.getManager().create(mask, x.getShape()));
        };
    }
}
