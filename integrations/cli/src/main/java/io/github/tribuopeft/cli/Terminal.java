package io.github.tribuopeft.cli;

import io.github.tribuopeft.training.ProgressLine;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.text.WordUtils;
import org.jline.utils.Signals;

/** Terminal in which the command runs, if it runs in one. */
final class Terminal {

    /** System property that the launcher sets: the streams that are terminals, such as {@code in,err}. */
    private static final String STREAMS = "tribuopeft.terminals";

    private static final int DEFAULT_COLUMNS = 80;

    private static volatile int columns;
    private static volatile ProgressLine line;

    private Terminal() {}

    /** Returns whether a stream, {@code in}, {@code out} or {@code err}, is a terminal. */
    private static boolean is(String stream) {
        return Arrays.asList(System.getProperty(STREAMS, "").split(",")).contains(stream);
    }

    /** Returns a progress line on the error output; empty if it is not a terminal. */
    static Optional<ProgressLine> progressLine() {
        return is("err") ? Optional.of(lineOnTerminal()) : Optional.empty();
    }

    /** Returns whether standard input is a terminal. */
    static boolean isInput() {
        return is("in");
    }

    /**
     * Returns a progress line on the error output for a command whose results are printed as they come; empty if the
     * results themselves are printed on a terminal.
     */
    static Optional<ProgressLine> progressLineBesideOutput() {
        return is("out") ? Optional.empty() : progressLine();
    }

    /** Removes the progress line of a command that failed, if it shows one. */
    static void clearProgressLine() {
        if (line != null) {
            line.clear();
        }
    }

    /** A progress line needs carriage returns, which {@link PrintableOutput} escapes; its texts are printable. */
    private static ProgressLine lineOnTerminal() {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
        line = new ProgressLine(err, Terminal::width);
        return line;
    }

    /** Breaks a long line of the standard output between words if it is printed on a terminal. */
    static String wrapped(String line) {
        return is("out") ? wrappedToWidth(line) : line;
    }

    /** Breaks a line that is longer than the terminal is wide between words. */
    static String wrappedToWidth(String line) {
        return WordUtils.wrap(line, width());
    }

    /** Returns the present number of columns of the terminal. */
    private static int width() {
        if (columns == 0) {
            columns = measured();
            Signals.register("WINCH", () -> columns = measured());
        }
        return columns;
    }

    /** Asks the system for the width of the terminal, which Java does not know. */
    private static int measured() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ");
            if (stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 && size.length == 2) {
                int width = Integer.parseInt(size[1]);
                return width > 0 ? width : DEFAULT_COLUMNS;
            }
        } catch (IOException | NumberFormatException e) {
            return DEFAULT_COLUMNS; // a system without stty, such as Windows
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return DEFAULT_COLUMNS;
    }
}
