package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.PropertyException;

/** Checks of settings that several methods have. */
final class Checks {

    private Checks() {}

    static void dropout(double rate) {
        if (!(rate >= 0.0 && rate < 1.0)) {
            throw new PropertyException("", "dropout", "dropout must be at least 0 and below 1, but is " + rate);
        }
    }
}
