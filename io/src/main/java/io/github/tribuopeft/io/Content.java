package io.github.tribuopeft.io;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the content of one file. */
@FunctionalInterface
public interface Content {

    /**
     * Writes the complete content. The stream is buffered. Closing the stream flushes the buffer.
     *
     * @param out stream to write to
     *
     * @throws IOException if the content cannot be written; the message names the file
     */
    void writeTo(OutputStream out) throws IOException;
}
