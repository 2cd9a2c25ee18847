package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The limit of what is read: the Java heap. Readers need the memory of one row; what is made of the rows must fit. */
final class DataSize {

    private static final int MEBIBYTE = 1 << 20;

    private DataSize() {}

    /** Reads a file into memory. */
    @FunctionalInterface
    interface Reader<D> {
        D read() throws IOException;
    }

    /**
     * Reads a file into memory.
     *
     * @throws DataFileException if it does not fit the heap; what was read of it is garbage then, so there is room for the message
     */
    static <D> D require(Path file, Reader<D> reader) throws IOException {
        try {
            return reader.read();
        } catch (OutOfMemoryError e) {
            throw new DataFileException(
                    file,
                    String.format(
                            Locale.ROOT,
                            "the file has %,d MiB, and what is read of it does not fit the Java heap of %,d MiB; give Java"
                                    + " more, as in PEFT_JAVA_OPTS=-Xmx8g, or use a part of the file",
                            Math.max(1, Files.size(file) / MEBIBYTE),
                            Runtime.getRuntime().maxMemory() / MEBIBYTE),
                    e);
        }
    }
}
