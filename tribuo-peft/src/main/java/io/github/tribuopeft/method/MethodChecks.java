package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.PropertyException;

/** Checks and errors that several methods have. */
final class MethodChecks {

    private MethodChecks() {}

    static void dropout(double rate) {
        if (!(rate >= 0.0 && rate < 1.0)) {
            throw new PropertyException("", "dropout", "dropout must be at least 0 and below 1, but is " + rate);
        }
    }

    /** An error about trained tensors that a model without a training's state did not keep. */
    static IllegalArgumentException gone(String what, String instead) {
        return new IllegalArgumentException("The model was trained without training.keepState, and " + what
                + " cannot be made again from the tensors that it kept; " + instead);
    }
}
