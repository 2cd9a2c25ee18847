package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Optional;

/** Number formats of weights in files, named as in safetensors files. */
public enum FloatFormat {
    /** IEEE double precision. */
    F64(7, Double.BYTES),
    /** IEEE single precision. */
    F32(6, Float.BYTES),
    /** IEEE half precision. */
    F16(5, Short.BYTES),
    /**
     * bfloat16, the upper half of IEEE single precision. Java passes its bits in arrays of half precision, and programs
     * reinterpret them: DJL crashes the JVM when it reads a bfloat16 array.
     */
    BF16(15, Short.BYTES);

    private final int torchCode;
    private final int bytes;

    FloatFormat(int torchCode, int bytes) {
        this.torchCode = torchCode;
        this.bytes = bytes;
    }

    /** Returns the number of the type in libtorch ({@code c10/core/ScalarType.h}). */
    public int torchCode() {
        return torchCode;
    }

    /** Returns the number of bytes of a number. */
    public int bytes() {
        return bytes;
    }

    /** Returns the format of the arrays that contain such numbers in Java. */
    public FloatFormat transportType() {
        return this == BF16 ? F16 : this;
    }

    /**
     * Copies numbers of this format to the Java heap as float32.
     *
     * @param array an array of the {@link #transportType}
     */
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

    /** Returns the format of a name in safetensors files; empty for formats that are not supported. */
    public static Optional<FloatFormat> named(String name) {
        for (FloatFormat format : values()) {
            if (format.name().equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
