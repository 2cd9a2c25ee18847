package io.github.tribuopeft.evaluation.reproduction;

/** Data that cannot be rebuilt from its provenance: a file is missing or changed, or the provenance is incomplete. */
public final class RecordedDataException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    RecordedDataException(String message) {
        super(message);
    }

    RecordedDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
