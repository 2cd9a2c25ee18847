package io.github.tribuopeft.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Error in a data file. The message names the file, the line, what was found and what is expected. It is one line
 * without control characters, whatever the file contains.
 */
public class DataFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Creates an error of the whole file. */
    public DataFileException(Path file, String message) {
        super(Quotes.visible(file + ": " + message));
    }

    /** Creates an error of the whole file with a cause. */
    public DataFileException(Path file, String message, Throwable cause) {
        super(Quotes.visible(file + ": " + message), cause);
    }

    /** Creates an error in a line, counted from 1. */
    public DataFileException(Path file, long line, String message) {
        super(Quotes.visible(file + ":" + line + ": " + message));
    }
}
