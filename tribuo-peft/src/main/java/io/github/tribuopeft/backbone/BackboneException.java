package io.github.tribuopeft.backbone;

/** A backbone's files are missing, damaged, of an unknown kind, or not the ones that were asked for. The message says which. */
public class BackboneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** An error with a message for the user. */
    public BackboneException(String message) {
        super(message);
    }

    /** An error with a message for the user, and what led to it. */
    public BackboneException(String message, Throwable cause) {
        super(message, cause);
    }
}
