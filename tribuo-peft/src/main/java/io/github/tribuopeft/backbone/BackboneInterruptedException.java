package io.github.tribuopeft.backbone;

/**
 * The thread was interrupted while it opened a backbone. Nothing is wrong with the files, nothing stays open, and the
 * thread's interrupt status is still set.
 */
public class BackboneInterruptedException extends BackboneException {

    private static final long serialVersionUID = 1L;

    /** An interruption with a message for the user, and what it led to. */
    public BackboneInterruptedException(String message, Throwable cause) {
        super(message, cause);
    }
}
