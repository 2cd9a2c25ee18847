package io.github.tribuopeft.cli;

import io.github.tribuopeft.io.NamedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Output stream that ends the command at the first write that fails. A {@link PrintStream} alone would ignore the
 * error.
 */
final class CheckedOutput extends OutputStream {

    private final OutputStream out;

    private CheckedOutput(OutputStream out) {
        this.out = out;
    }

    /**
     * Returns a UTF-8 print stream that throws {@link UncheckedIOException} if a write fails. It does not flush lines.
     */
    static PrintStream printTo(OutputStream out) {
        return new PrintStream(new CheckedOutput(out), false, StandardCharsets.UTF_8);
    }

    /** Returns the standard output of the process as UTF-8, with control characters escaped. Errors name it. */
    static PrintStream standardOutput() {
        OutputStream out = new NamedOutputStream("standard output", new FileOutputStream(FileDescriptor.out));
        return new PrintStream(new CheckedOutput(new PrintableOutput(out)), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
