package io.github.tribuopeft.backbone;

import io.github.tribuopeft.engine.FloatFormat;
import java.util.Locale;

/** Number format of a backbone's weights and computation. Adapters and heads are always float32. */
public enum Precision {
    /** IEEE single precision. */
    FP32(FloatFormat.F32),
    /** bfloat16: half the memory, about two significant decimal digits. */
    BF16(FloatFormat.BF16);

    private final FloatFormat format;

    Precision(FloatFormat format) {
        this.format = format;
    }

    /** Returns the format of the numbers. */
    FloatFormat format() {
        return format;
    }

    /**
     * Returns the precision of a name, {@code fp32} or {@code bf16}.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public static Precision parse(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Unknown precision '" + name + "': expected fp32 or bf16", e);
        }
    }
}
