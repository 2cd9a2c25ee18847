package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/**
 * Float32 tensor on the Java heap, the form of trained values in models and files.
 *
 * @param shape the shape
 * @param values the values in row-major order; they must not be changed afterwards
 */
public record Tensor(Shape shape, float[] values) {

    public Tensor {
        Objects.requireNonNull(shape, "shape");
        if (shape.size() != values.length) {
            throw new IllegalArgumentException("A tensor of shape " + shape + " has " + shape.size() + " values, but "
                    + values.length + " were given");
        }
    }

    /** Returns a tensor of zeros. */
    public static Tensor zeros(long... extents) {
        Shape shape = new Shape(extents);
        return new Tensor(shape, new float[length(extents)]);
    }

    /**
     * Returns the number of values of a shape.
     *
     * @throws IllegalArgumentException if a Java array cannot have that many
     */
    public static int length(long... extents) {
        try {
            long values = 1;
            for (long extent : extents) {
                values = Math.multiplyExact(values, extent);
            }
            return Math.toIntExact(values);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "A tensor of shape " + new Shape(extents) + " would have more than " + Integer.MAX_VALUE
                            + " values. Use fewer virtual tokens, a lower rank or a smaller width",
                    e);
        }
    }

    /** Copies an array of any device to the Java heap. */
    public static Tensor of(NDArray array) {
        return new Tensor(array.getShape(), array.toFloatArray());
    }

    /** Returns the number of values. */
    public int size() {
        return values.length;
    }

    /** Returns a tensor with the results of a function of each value. */
    public Tensor map(DoubleUnaryOperator change) {
        float[] changed = new float[values.length];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = (float) change.applyAsDouble(values[i]);
        }
        return new Tensor(shape, changed);
    }

    /** Returns whether all values are finite. */
    public boolean isFinite() {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Copies the tensor to the device of a manager, which owns the result. */
    public NDArray upload(NDManager manager) {
        return manager.create(values, shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && shape.equals(that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tensor" + shape;
    }
}
