package io.github.tribuopeft.reproduction;

/**
 * Model that cannot be reproduced: its provenance does not describe a training run, or a file is missing or has changed.
 * Thrown before training begins.
 */
public final class ReproductionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    ReproductionException(String message) {
        super(message);
    }

    ReproductionException(String message, Throwable cause) {
        super(message, cause);
    }
}
