package io.github.tribuopeft.backbone;

import io.github.tribuopeft.engine.IoReason;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

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

    /**
     * The error of a file that cannot be read.
     *
     * @param what the file, or what else was to be read
     * @param cause why it cannot be read
     * @return the error; a {@link BackboneInterruptedException} if the thread was interrupted
     */
    public static BackboneException unreadable(Object what, IOException cause) {
        return cause instanceof ClosedByInterruptException
                ? new BackboneInterruptedException("Reading " + what + " was interrupted", cause)
                : new BackboneException(what + " cannot be read: " + IoReason.of(cause), cause);
    }
}
