package io.github.tribuopeft.training;

import java.util.function.DoubleUnaryOperator;

/** How a learning rate goes down, from the whole of it to nothing. */
public enum LearningRateDecay {
    /** Not at all. */
    CONSTANT(progress -> 1.0),
    /** In a straight line. */
    LINEAR(progress -> 1.0 - progress),
    /** Along half a cosine. */
    COSINE(progress -> 0.5 * (1.0 + Math.cos(Math.PI * progress)));

    // A function rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final DoubleUnaryOperator factor;

    LearningRateDecay(DoubleUnaryOperator factor) {
        this.factor = factor;
    }

    /** The factor at a progress from 0 to 1. */
    double factor(double progress) {
        return factor.applyAsDouble(progress);
    }
}
