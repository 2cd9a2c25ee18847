package io.github.tribuopeft.backbone;

import io.github.tribuopeft.engine.FloatFormat;
import java.util.Locale;

/** The number format that a backbone keeps its weights in and computes with. Adapters and heads always stay float32. */
public enum Precision {
    /** IEEE single precision, as checkpoints are published. */
    FP32(FloatFormat.F32),
    /** bfloat16: half the memory, about two decimal digits. */
    BF16(FloatFormat.BF16);

    private final FloatFormat format;

    Precision(FloatFormat format) {
        this.format = format;
    }

    /** The format of its numbers. */
    FloatFormat format() {
        return format;
    }

    /**
     * Reads {@code fp32} or {@code bf16}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Precision parse(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Unknown precision '" + name + "': expected fp32 or bf16", e);
        }
    }
}
