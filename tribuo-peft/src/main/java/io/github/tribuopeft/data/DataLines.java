package io.github.tribuopeft.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * The lines of a data file, one at a time, so that a file of any size needs the memory of one line.
 *
 * <p>The file is UTF-8, with or without a byte order mark. Its lines end with LF or CR LF, or all with CR alone. Other characters that some
 * programs take for line ends, such as U+2028, U+0085 or a form feed, are characters like others. Everything else is a fault: bytes that are
 * not UTF-8, NUL, a byte order mark at the start of a later line, a CR alone among other line ends, and lines of more than
 * {@value #MAX_LINE} bytes.
 */
final class DataLines implements Closeable {

    /** Most bytes in a line; a long novel has fewer. */
    static final int MAX_LINE = 4 << 20;

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String LFS_POINTER = "version https://git-lfs.github.com/spec/";
    private static final int END = -1;

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports what is not UTF-8
    private int position;
    private int limit;
    private byte[] bytes = new byte[1 << 10];
    private int length;
    private long number;
    private String lineEnd = "";
    private boolean endsWithFeed;
    private boolean endsWithReturn;

    private DataLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /**
     * Opens a file.
     *
     * @throws DataFileException if it is missing, is not a regular file or may not be read
     */
    static DataLines open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new DataFileException(
                    file,
                    Files.isDirectory(file)
                            ? "this is a directory; expected a file"
                            : Files.exists(file) ? "this is not a regular file" : "there is no such file");
        }
        try {
            return new DataLines(file, Files.newInputStream(file));
        } catch (AccessDeniedException e) {
            throw new DataFileException(file, "the file cannot be read: permission denied", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static DataFileException unreadable(Path file, IOException cause) {
        return new DataFileException(
                file,
                "the file cannot be read: "
                        + Objects.requireNonNullElse(
                                cause.getMessage(), cause.getClass().getSimpleName()),
                cause);
    }

    /** The file. */
    Path file() {
        return file;
    }

    /** The number of the last line that was read, from 1. */
    long number() {
        return number;
    }

    /** How the last line that was read ends; empty at the end of the file. */
    String lineEnd() {
        return lineEnd;
    }

    /**
     * Reads a line.
     *
     * @return the line without its end; null after the last one
     * @throws DataFileException if the line is none, see the class
     */
    String next() throws IOException {
        if (peek() == END) {
            return null;
        }
        number++;
        length = 0;
        while (true) {
            int next = peek();
            if (next == END) {
                lineEnd = "";
                break;
            }
            position++;
            if (next == '\n') {
                feed("\n");
                break;
            }
            if (next == '\r') {
                carriageReturn();
                break;
            }
            add((byte) next);
        }
        return text();
    }

    private void carriageReturn() throws IOException {
        if (peek() == '\n') {
            position++;
            feed("\r\n");
        } else {
            lineEnd = "\r";
            endsWithReturn = true;
            requireSameEnds();
        }
    }

    private void feed(String end) throws DataFileException {
        lineEnd = end;
        endsWithFeed = true;
        requireSameEnds();
    }

    private void requireSameEnds() throws DataFileException {
        if (endsWithFeed && endsWithReturn) {
            throw fault("found a carriage return that ends a line in a part of the file, and line feeds in another;"
                    + " expected the same line ends everywhere");
        }
    }

    /** The next byte, from 0 to 255, or {@link #END}. */
    private int peek() throws IOException {
        if (position == limit) {
            try {
                limit = in.read(buffer);
            } catch (IOException e) {
                throw unreadable(file, e);
            }
            position = 0;
            if (limit < 0) {
                limit = 0;
                return END;
            }
        }
        return buffer[position] & 0xFF;
    }

    private void add(byte one) throws DataFileException {
        if (one == 0) {
            throw fault("found a NUL character; expected text in UTF-8");
        }
        if (length == MAX_LINE) {
            throw tooLong("the line");
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_LINE, 2 * length));
        }
        bytes[length++] = one;
    }

    /** The fault of a line, or of something in it, that is too long. */
    DataFileException tooLong(String what) {
        return fault(what + " is longer than " + MAX_LINE + " bytes; expected a text of at most that length");
    }

    private String text() throws DataFileException {
        ByteBuffer line = ByteBuffer.wrap(bytes, 0, length);
        String text;
        try {
            text = decoder.decode(line).toString();
        } catch (CharacterCodingException e) {
            throw fault("the file is not in UTF-8: byte " + (line.position() + 1) + " of the line is 0x"
                    + String.format("%02X", bytes[line.position()]));
        }
        if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        if (text.startsWith(BYTE_ORDER_MARK)) {
            throw fault("the line begins with a byte order mark, which only a file may; were files joined?");
        }
        if (number == 1 && text.startsWith(LFS_POINTER)) {
            throw fault("this is a Git LFS pointer, not the data; fetch the data with 'git lfs pull'");
        }
        return text;
    }

    /** A fault in the last line that was read. */
    DataFileException fault(String message) {
        return new DataFileException(file, number, message);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
