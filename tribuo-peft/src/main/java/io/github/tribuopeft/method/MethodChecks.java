package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.PropertyException;

/** Checks and errors that several methods share. */
final class MethodChecks {

    private MethodChecks() {}

    /** Checks a dropout rate. */
    static void dropout(double rate) {
        if (!(rate >= 0.0 && rate < 1.0)) {
            throw new PropertyException("", "dropout", "dropout must be in [0, 1), but is " + rate);
        }
    }

    /**
     * Returns the error of parameters that cannot be recovered from a model without a training state.
     *
     * @param parameters the parameters
     * @param alternative another way to continue
     */
    static IllegalArgumentException notRecoverable(String parameters, String alternative) {
        return new IllegalArgumentException("The model was trained without training.keepState, and " + parameters
                + " cannot be recovered from its tensors; " + alternative);
    }
}
