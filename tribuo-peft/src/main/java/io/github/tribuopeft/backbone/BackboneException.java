package io.github.tribuopeft.backbone;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

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
                : new BackboneException(what + " cannot be read: " + reason(cause), cause);
    }

    /** In words, since the message of some exceptions is the bare path, or none at all. */
    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (cause instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
