package io.github.tribuopeft.data;

import java.io.IOException;
import java.nio.file.Path;

/** A data file is missing or does not hold what it should. The message names the file, the line, what was found and what is right. */
public class DataFileException extends IOException {

    private static final long serialVersionUID = 1L;

    /** A fault of the file as a whole. */
    public DataFileException(Path file, String message) {
        super(file + ": " + message);
    }

    /** A fault in a line, counted from 1. */
    public DataFileException(Path file, long line, String message) {
        super(file + ":" + line + ": " + message);
    }
}
