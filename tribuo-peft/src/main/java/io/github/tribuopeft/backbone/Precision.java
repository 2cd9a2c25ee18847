package io.github.tribuopeft.backbone;

import java.util.Locale;

/** The number format that a backbone keeps its weights in and computes with. Adapters and heads always stay float32. */
public enum Precision {
    /** IEEE single precision, as checkpoints are published. */
    FP32(6),
    /** bfloat16: half the memory, about two decimal digits. */
    BF16(15);

    private final int torchCode;

    Precision(int torchCode) {
        this.torchCode = torchCode;
    }

    /** The number of the type in libtorch ({@code c10/core/ScalarType.h}). */
    int torchCode() {
        return torchCode;
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
