package io.github.tribuopeft.engine;

import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;

/** Random initial values from a Java generator, so that a seed gives the same values on every device. */
public final class RandomTensors {

    private RandomTensors() {}

    /** Returns values of a normal distribution with mean 0. */
    public static float[] normal(int count, double deviation, SplittableRandom random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * gaussian(random));
        }
        return values;
    }

    /** Returns a tensor of values of a normal distribution with mean 0. */
    public static Tensor normal(Shape shape, double deviation, SplittableRandom random) {
        return new Tensor(shape, normal(Tensor.length(shape.getShape()), deviation, random));
    }

    /** Returns a tensor of values of a uniform distribution in {@code [-bound, bound)}. */
    public static Tensor uniform(Shape shape, double bound, SplittableRandom random) {
        float[] values = new float[Tensor.length(shape.getShape())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
        return new Tensor(shape, values);
    }

    /**
     * Box-Muller transform. {@code SplittableRandom.nextGaussian} may return other values in other versions of Java.
     */
    private static double gaussian(SplittableRandom random) {
        double radius = Math.sqrt(-2.0 * Math.log(1.0 - random.nextDouble()));
        return radius * Math.cos(2.0 * Math.PI * random.nextDouble());
    }
}
