package io.github.tribuopeft.backbone;

import io.github.tribuopeft.engine.IoReason;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Error in the files of a backbone: they are missing, damaged, of an unknown kind, or not those of the expected
 * backbone.
 */
public class BackboneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an error with a message for the user. */
    public BackboneException(String message) {
        super(message);
    }

    /** Creates an error with a message for the user and a cause. */
    public BackboneException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns the error of a file that cannot be read.
     *
     * @param what the file, or a description of it
     * @param cause the error while reading
     * @return the error; a {@link BackboneInterruptedException} if the thread was interrupted
     */
    public static BackboneException unreadable(Object what, IOException cause) {
        return cause instanceof ClosedByInterruptException
                ? new BackboneInterruptedException("Reading " + what + " was interrupted", cause)
                : new BackboneException(what + " cannot be read: " + IoReason.of(cause), cause);
    }
}
