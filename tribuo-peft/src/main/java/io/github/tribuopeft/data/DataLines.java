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
 * Reader of the lines of a data file. It needs the memory of one line, whatever the size of the file.
 *
 * <p>The file is UTF-8, with or without a byte order mark. Its lines end with LF or CR LF, or all with CR. Other
 * characters that some programs treat as line ends, such as U+2028, U+0085 or a form feed, are ordinary characters.
 * These are errors: bytes that are not UTF-8, NUL, a byte order mark at the start of any line but the first, a CR in a
 * file with other line ends, and lines of more than {@value #MAX_LINE} bytes.
 */
final class DataLines implements Closeable {

    /** Maximum number of bytes in a line, more than a long novel has. */
    static final int MAX_LINE = 4 << 20;

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String LFS_POINTER = "version https://git-lfs.github.com/spec/";
    private static final int END = -1;

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8.newDecoder(); // throws an exception for bytes that are not UTF-8
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
     * @throws DataFileException if the file is missing, is not a regular file or cannot be read
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

    /** Returns the file. */
    Path file() {
        return file;
    }

    /** Returns the number of the current line, from 1. */
    long number() {
        return number;
    }

    /** Returns the line end of the current line; empty at the end of the file. */
    String lineEnd() {
        return lineEnd;
    }

    /**
     * Reads a line.
     *
     * @return the line without its line end; null after the last one
     * @throws DataFileException if the line is not valid
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
                lineFeed("\n");
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
            lineFeed("\r\n");
        } else {
            lineEnd = "\r";
            endsWithReturn = true;
            requireConsistentLineEnds();
        }
    }

    private void lineFeed(String end) throws DataFileException {
        lineEnd = end;
        endsWithFeed = true;
        requireConsistentLineEnds();
    }

    private void requireConsistentLineEnds() throws DataFileException {
        if (endsWithFeed && endsWithReturn) {
            throw error("found a carriage return that ends a line in a part of the file, and line feeds in another;"
                    + " expected the same line ends everywhere");
        }
    }

    /** Returns the next byte in [0, 255], or {@link #END}. */
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

    private void add(byte value) throws DataFileException {
        if (value == 0) {
            throw error("found a NUL character; expected text in UTF-8");
        }
        if (length == MAX_LINE) {
            throw tooLong("the line");
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_LINE, 2 * length));
        }
        bytes[length++] = value;
    }

    /** Returns the error of a line, or of a part of it, that is too long. */
    DataFileException tooLong(String what) {
        return error(what + " is longer than " + MAX_LINE + " bytes; expected a text of at most that length");
    }

    private String text() throws DataFileException {
        ByteBuffer line = ByteBuffer.wrap(bytes, 0, length);
        String text;
        try {
            text = decoder.decode(line).toString();
        } catch (CharacterCodingException e) {
            throw error("the file is not in UTF-8: byte " + (line.position() + 1) + " of the line is 0x"
                    + String.format("%02X", bytes[line.position()]));
        }
        if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        if (text.startsWith(BYTE_ORDER_MARK)) {
            throw error("the line begins with a byte order mark, which is only allowed at the start of a file; "
                    + "were files joined?");
        }
        if (number == 1 && text.startsWith(LFS_POINTER)) {
            throw error("this is a Git LFS pointer, not the data; fetch the data with 'git lfs pull'");
        }
        return text;
    }

    /** Returns an error in the current line. */
    DataFileException error(String message) {
        return new DataFileException(file, number, message);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
