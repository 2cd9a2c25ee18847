package io.github.tribuopeft.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Errors that name the destination and the reason. */
final class Failure {

    private Failure() {}

    /** Returns the error for a destination that cannot be written. */
    static IOException of(String destination, IOException cause) {
        return new IOException(destination + " cannot be written: " + reason(cause), cause);
    }

    /** Returns the reason of an error without its path, because the path can be that of a temporary file. */
    static String reason(IOException error) {
        if (error instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (error instanceof NoSuchFileException) {
            return "its directory no longer exists";
        }
        if (error instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }
}
