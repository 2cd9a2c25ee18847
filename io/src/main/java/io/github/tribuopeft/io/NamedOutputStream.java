package io.github.tribuopeft.io;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Unbuffered output stream whose errors name its destination, such as {@code model.tribuo cannot be written: No space
 * left on device}.
 */
public final class NamedOutputStream extends FilterOutputStream {

    private final String name;

    /**
     * Wraps a stream.
     *
     * @param name name of the destination in error messages, such as a path or {@code standard output}
     * @param out stream to write to
     */
    public NamedOutputStream(String name, OutputStream out) {
        super(out);
        this.name = name;
    }

    @Override
    public void write(int value) throws IOException {
        try {
            out.write(value);
        } catch (IOException e) {
            throw Failure.of(name, e);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw Failure.of(name, e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw Failure.of(name, e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            throw Failure.of(name, e);
        }
    }

    /** Writes content through a buffer and flushes the buffer. This stream stays open. */
    void writeAll(Content content) throws IOException {
        OutputStream buffer = new BufferedOutputStream(this, 1 << 16) {
            @Override
            public void close() throws IOException {
                flush();
            }
        };
        content.writeTo(buffer);
        buffer.flush();
    }
}
