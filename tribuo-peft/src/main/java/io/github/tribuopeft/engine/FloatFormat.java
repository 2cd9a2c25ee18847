package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Optional;

/** Formats of the numbers in files of weights, by their names in safetensors files. */
public enum FloatFormat {
    /** IEEE double precision. */
    F64(7, Double.BYTES),
    /** IEEE single precision. */
    F32(6, Float.BYTES),
    /** IEEE half precision. */
    F16(5, Short.BYTES),
    /**
     * The upper half of IEEE single precision. In Java its bits travel in arrays of half precision, and are read as what they are inside a program: an
     * array of bfloat16 itself would end the JVM.
     */
    BF16(15, Short.BYTES);

    private final int torchCode;
    private final int bytes;

    FloatFormat(int torchCode, int bytes) {
        this.torchCode = torchCode;
        this.bytes = bytes;
    }

    /** The number of the type in libtorch ({@code c10/core/ScalarType.h}). */
    public int torchCode() {
        return torchCode;
    }

    /** Width of a number. */
    public int bytes() {
        return bytes;
    }

    /** The format of the arrays that hold such numbers in Java. */
    public FloatFormat transportType() {
        return this == BF16 ? F16 : this;
    }

    /** Such numbers on the Java heap, as float32; {@code array} is of the {@link #transportType}. */
    public Tensor widen(NDArray array) {
        if (this != BF16) {
            return Tensor.of(array.toType(DataType.FLOAT32, false));
        }
        ShortBuffer bits =
                array.toByteBuffer(false).order(ByteOrder.nativeOrder()).asShortBuffer();
        float[] values = new float[bits.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bits.get(i) << Short.SIZE);
        }
        return new Tensor(array.getShape(), values);
    }

    /** The format of a name, empty for those that no weight has here. */
    public static Optional<FloatFormat> named(String name) {
        for (FloatFormat format : values()) {
            if (format.name().equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
