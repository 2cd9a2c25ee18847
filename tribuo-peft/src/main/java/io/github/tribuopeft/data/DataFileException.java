package io.github.tribuopeft.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A data file is missing or does not hold what it should. The message names the file, the line, what was found and what is right. It is one
 * line without control characters, whatever the file contains.
 */
public class DataFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /** A fault of the file as a whole. */
    public DataFileException(Path file, String message) {
        super(Quotes.visible(file + ": " + message));
    }

    /** A fault of the file as a whole, and what caused it. */
    public DataFileException(Path file, String message, Throwable cause) {
        super(Quotes.visible(file + ": " + message), cause);
    }

    /** A fault in a line, counted from 1. */
    public DataFileException(Path file, long line, String message) {
        super(Quotes.visible(file + ":" + line + ": " + message));
    }
}
