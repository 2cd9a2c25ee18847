package io.github.tribuopeft.reproduction;

/** Verdict of a reproduction on the retrained model. */
public enum Verdict {
    /** All tensors have the same bits, and all predictions are equal. */
    IDENTICAL,
    /** All tensors are equal within the tolerance, and all predictions are equal. */
    EQUIVALENT,
    /** A tensor or a prediction differs. */
    DIFFERENT
}
