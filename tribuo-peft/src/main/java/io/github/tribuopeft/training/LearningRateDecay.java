package io.github.tribuopeft.training;

import java.util.function.DoubleUnaryOperator;

/** Learning rate schedule after the warm-up. */
public enum LearningRateDecay {
    /** Constant learning rate. */
    CONSTANT(progress -> 1.0),
    /** Linear decay to 0. */
    LINEAR(progress -> 1.0 - progress),
    /** Cosine decay to 0. */
    COSINE(progress -> 0.5 * (1.0 + Math.cos(Math.PI * progress)));

    // A function, because OLCUT cannot read enum constants with bodies from a provenance.
    private final DoubleUnaryOperator factor;

    LearningRateDecay(DoubleUnaryOperator factor) {
        this.factor = factor;
    }

    /** Returns the factor of the learning rate at a progress in [0, 1]. */
    double factor(double progress) {
        return factor.applyAsDouble(progress);
    }
}
