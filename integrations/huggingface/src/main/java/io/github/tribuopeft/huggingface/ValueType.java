package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.BackboneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/** Number formats of safetensors files, by their names there. */
enum ValueType {
    /** IEEE single precision. */
    F32(4) {
        @Override
        ByteBuffer toFloats(ByteBuffer bytes) {
            return bytes;
        }
    },
    /** IEEE half precision. */
    F16(2) {
        @Override
        ByteBuffer toFloats(ByteBuffer bytes) {
            return widen(bytes, ValueType::half);
        }
    },
    /** The upper half of IEEE single precision. Widened here, since the engine has no such type on the Java side. */
    BF16(2) {
        @Override
        ByteBuffer toFloats(ByteBuffer bytes) {
            return widen(bytes, bits -> Float.intBitsToFloat(bits << 16));
        }
    },
    /** 64-bit integers, as old checkpoints' position ids. Present in files, never among weights. */
    I64(8) {
        @Override
        ByteBuffer toFloats(ByteBuffer bytes) {
            throw new BackboneException("Integer tensors are no weights");
        }
    };

    private final int bytes;

    ValueType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** The values as float32 in a direct buffer. */
    abstract ByteBuffer toFloats(ByteBuffer bytes);

    static ValueType of(String name, String where) {
        for (ValueType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new BackboneException(where + " has number format '" + name + "'; known are F32, F16, BF16 and I64");
    }

    private interface Widening {
        float of(short bits);
    }

    private static ByteBuffer widen(ByteBuffer bytes, Widening widening) {
        ShortBuffer narrow = bytes.asShortBuffer();
        ByteBuffer wide =
                ByteBuffer.allocateDirect(Float.BYTES * narrow.remaining()).order(ByteOrder.nativeOrder());
        while (narrow.hasRemaining()) {
            wide.putFloat(widening.of(narrow.get()));
        }
        return wide.flip();
    }

    /** IEEE 754 binary16 to binary32. */
    private static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float tiny = fraction * 0x1p-24f; // zero and subnormal numbers
            return sign == 0 ? tiny : -tiny;
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
