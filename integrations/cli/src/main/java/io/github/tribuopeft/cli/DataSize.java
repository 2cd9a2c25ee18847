package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The limit of a data set: the Java heap. Readers need the memory of one row, but what is made of all rows must fit. A Java heap that fills up
 * slows down for minutes before it is full, so what surely does not fit is refused before it is read.
 */
final class DataSize {

    private static final int MEBIBYTE = 1 << 20;

    /** Fewest bytes that an example takes in memory, beside its text: object headers, arrays and a map for metadata. */
    private static final int EXAMPLE = 250;

    private DataSize() {}

    /** Reads a file into memory. */
    @FunctionalInterface
    interface Reader<D> {
        D read() throws IOException;
    }

    /** Counts the examples in a file: texts, or words. */
    @FunctionalInterface
    interface Counter {
        long count() throws IOException;
    }

    /**
     * Reads a file into memory.
     *
     * @param counter counts what is in the file without keeping it; asked where the file is large
     * @throws DataFileException if the file does not fit the heap
     */
    static <D> D require(Path file, Counter counter, Reader<D> reader) throws IOException {
        long heap = Runtime.getRuntime().maxMemory();
        if (Files.isRegularFile(file) && Files.size(file) > heap / EXAMPLE) {
            requireFits(file, Files.size(file), counter.count(), heap);
        }
        try {
            return reader.read();
        } catch (OutOfMemoryError e) { // what was read is garbage by now, so there is room for the message
            throw tooLarge(file, Files.size(file), "", heap);
        }
    }

    /** Checks that so many examples may fit a heap, a quarter of which is left for the work. */
    static void requireFits(Path file, long bytes, long examples, long heap) throws DataFileException {
        if (bytes + examples * EXAMPLE > heap / 4 * 3) {
            throw tooLarge(file, bytes, String.format(Locale.ROOT, " and %,d examples", examples), heap);
        }
    }

    private static DataFileException tooLarge(Path file, long bytes, String examples, long heap) {
        return new DataFileException(
                file,
                String.format(
                        Locale.ROOT,
                        "the file has %,d MiB%s, too much for the Java heap of %,d MiB; allow more, as in"
                                + " PEFT_JAVA_OPTS=-Xmx8g, or use a part of the file",
                        Math.max(1, bytes / MEBIBYTE),
                        examples,
                        heap / MEBIBYTE));
    }
}
