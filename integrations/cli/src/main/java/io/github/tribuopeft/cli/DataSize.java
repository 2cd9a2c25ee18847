package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Limit on the size of a data file, which is the Java heap. A reader needs the memory of one row, but the dataset must
 * fit. Garbage collection makes a heap that is almost full very slow, so a file that cannot fit is rejected before it
 * is read.
 */
final class DataSize {

    private static final int MEBIBYTE = 1 << 20;

    /** Minimum number of bytes of an example in addition to its text: object headers, arrays and the metadata map. */
    private static final int BYTES_PER_EXAMPLE = 250;

    private DataSize() {}

    /** Reads a file into memory. */
    @FunctionalInterface
    interface Reader<D> {
        D read() throws IOException;
    }

    /** Counts the examples of a file: texts, or words. */
    @FunctionalInterface
    interface Counter {
        long count() throws IOException;
    }

    /**
     * Reads a file into memory.
     *
     * @param counter counts the examples of the file in constant memory; called for large files only
     * @throws DataFileException if the file does not fit the heap
     */
    static <D> D read(Path file, Counter counter, Reader<D> reader) throws IOException {
        long heap = Runtime.getRuntime().maxMemory();
        if (Files.isRegularFile(file) && Files.size(file) > heap / BYTES_PER_EXAMPLE) {
            requireFits(file, Files.size(file), counter.count(), heap);
        }
        try {
            return reader.read();
        } catch (OutOfMemoryError e) { // the partial dataset is garbage by now, so the message fits
            throw tooLarge(file, Files.size(file), "", heap);
        }
    }

    /** Checks that a number of examples may fit three quarters of a heap. The rest is for the computation. */
    static void requireFits(Path file, long bytes, long examples, long heap) throws DataFileException {
        if (bytes + examples * BYTES_PER_EXAMPLE > heap / 4 * 3) {
            throw tooLarge(file, bytes, String.format(Locale.ROOT, " and %,d examples", examples), heap);
        }
    }

    private static DataFileException tooLarge(Path file, long bytes, String examples, long heap) {
        return new DataFileException(
                file,
                String.format(
                        Locale.ROOT,
                        "the file has %,d MiB%s, too much for the Java heap of %,d MiB; set a larger heap, as in"
                                + " PEFT_JAVA_OPTS=-Xmx8g, or use a part of the file",
                        Math.max(1, bytes / MEBIBYTE),
                        examples,
                        heap / MEBIBYTE));
    }
}
