package io.github.tribuopeft.reproduction;

/**
 * Exception for a model that cannot be reproduced: its provenance does not describe a training run, a file is missing
 * or has changed, or it cannot be compared with the retrained model.
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
