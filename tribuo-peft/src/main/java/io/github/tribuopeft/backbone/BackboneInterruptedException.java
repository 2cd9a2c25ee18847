package io.github.tribuopeft.backbone;

/**
 * Interruption of a thread that opens a backbone. The files may be valid, nothing stays open, and the thread's
 * interrupt status is still set.
 */
public class BackboneInterruptedException extends BackboneException {

    private static final long serialVersionUID = 1L;

    /** Creates an error with a message for the user and a cause. */
    public BackboneInterruptedException(String message, Throwable cause) {
        super(message, cause);
    }
}
