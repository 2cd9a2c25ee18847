package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Optional;

/** Formats of weights in safetensors files, by their names there. */
enum ValueType {
    /** IEEE double precision. */
    F64(Double.BYTES, (manager, bytes, shape) -> manager.create(bytes, shape, DataType.FLOAT64)),
    /** IEEE single precision. */
    F32(Float.BYTES, (manager, bytes, shape) -> manager.create(bytes, shape, DataType.FLOAT32)),
    /** IEEE half precision. */
    F16(Short.BYTES, (manager, bytes, shape) -> manager.create(bytes, shape, DataType.FLOAT16)),
    /** The upper half of IEEE single precision. Widened here: an array of this type on the Java side would end the JVM. */
    BF16(Short.BYTES, (manager, bytes, shape) -> manager.create(widen(bytes), shape, DataType.FLOAT32));

    private final int bytes;
    private final Reading reading;

    /** Makes an array of a stretch of values. */
    private interface Reading {
        NDArray of(NDManager manager, ByteBuffer bytes, Shape shape);
    }

    ValueType(int bytes, Reading reading) {
        this.bytes = bytes;
        this.reading = reading;
    }

    int bytes() {
        return bytes;
    }

    /**
     * The values in the engine's nearest format, a view of the buffer where the formats are the same. This array alone keeps the buffer from being
     * freed: one made of it, as by a reshape, must not outlive it.
     */
    NDArray values(NDManager manager, ByteBuffer direct, Shape shape) {
        return reading.of(manager, direct.order(ByteOrder.LITTLE_ENDIAN), shape);
    }

    /** The format of a name, empty for those that no weight has here. */
    static Optional<ValueType> named(String name) {
        for (ValueType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** In arrays rather than one by one: the compiler makes vector instructions of the inner loop. */
    private static ByteBuffer widen(ByteBuffer bytes) {
        ShortBuffer narrow = bytes.asShortBuffer();
        ByteBuffer result =
                ByteBuffer.allocateDirect(Float.BYTES * narrow.remaining()).order(ByteOrder.nativeOrder());
        IntBuffer wide = result.asIntBuffer();
        short[] from = new short[4096];
        int[] to = new int[from.length];
        while (narrow.hasRemaining()) {
            int count = Math.min(from.length, narrow.remaining());
            narrow.get(from, 0, count);
            for (int i = 0; i < count; i++) {
                to[i] = from[i] << 16;
            }
            wide.put(to, 0, count);
        }
        return result;
    }
}
