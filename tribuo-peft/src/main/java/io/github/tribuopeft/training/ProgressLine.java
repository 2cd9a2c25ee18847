package io.github.tribuopeft.training;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Progress bar in the last line of a terminal, below permanent lines:
 *
 * <pre>
 * epoch 1/3: loss 0.5334, dev accuracy 0.8902 (best), 15.7 s
 * lora  45% |=========           | 0:12 left, 54/120, loss 0.213
 * </pre>
 *
 * <p>A carriage return starts each redraw; the line contains no terminal codes. It fits the width of the terminal: on a
 * narrow terminal, the bar is shorter and the last details are omitted. It is drawn at most five times a second.
 *
 * <p>Safe for concurrent use.
 */
public final class ProgressLine {

    private static final int BAR = 20;
    private static final int SHORTEST_BAR = 5;
    private static final long INTERVAL = 200_000_000L;

    private final PrintStream out;
    private final IntSupplier columns;
    private State latest;
    private int length;
    private long drawn;
    private long began;
    private long first;

    private record State(String name, long done, long total, List<String> details) {}

    /**
     * Creates a line, which is drawn at the first {@link #show}.
     *
     * @param out usually {@code System.err} of a program in a terminal
     * @param columns returns the present width of the terminal in characters
     */
    public ProgressLine(PrintStream out, IntSupplier columns) {
        this.out = out;
        this.columns = columns;
    }

    /**
     * Shows the progress of the work. The time left is estimated from the time since the first call.
     *
     * @param name name of the work
     * @param done finished units, in {@code [0, total]}
     * @param total number of units, at least 1
     * @param details additional texts, such as {@code 54/120}; the last ones are omitted if the line is too short
     */
    public synchronized void show(String name, long done, long total, List<String> details) {
        long now = System.nanoTime();
        if (latest == null) {
            began = now;
            first = done;
        }
        latest = new State(name, done, total, List.copyOf(details));
        if (length == 0 || done == total || now - drawn >= INTERVAL) {
            draw();
        }
    }

    private void draw() {
        drawn = System.nanoTime();
        String line = line(latest);
        out.print("\r" + line + " ".repeat(Math.max(0, Math.min(length, width()) - line.length())));
        out.flush();
        length = line.length();
    }

    /** Returns the maximum length of a line: one less than the columns, because a line of all columns would wrap. */
    private int width() {
        return Math.max(1, columns.getAsInt() - 1);
    }

    private String line(State state) {
        int width = width();
        String head = String.format(Locale.ROOT, "%s %3d%%", state.name, 100 * state.done / state.total);
        List<String> facts = new ArrayList<>(state.details);
        remaining(state).ifPresent(left -> facts.add(0, left));
        int bar = Math.min(
                BAR,
                width - head.length() - 4 - (facts.isEmpty() ? 0 : facts.get(0).length()));
        if (bar < SHORTEST_BAR) {
            return cut(head, facts, width);
        }
        int full = (int) (bar * state.done / state.total);
        return cut(head + " |" + "=".repeat(full) + " ".repeat(bar - full) + "|", facts, width);
    }

    /** Appends the facts that fit. */
    private static String cut(String start, List<String> facts, int width) {
        StringBuilder line = new StringBuilder(start);
        String separator = " ";
        for (String fact : facts) {
            if (line.length() + separator.length() + fact.length() > width) {
                break;
            }
            line.append(separator).append(fact);
            separator = ", ";
        }
        return line.substring(0, Math.min(width, line.length()));
    }

    /** Returns the estimated time for the remaining units, from the mean time per unit since the first call. */
    private Optional<String> remaining(State state) {
        if (state.done == first || state.done == state.total) {
            return Optional.empty();
        }
        long seconds = (long) ((drawn - began) / 1e9 * (state.total - state.done) / (state.done - first));
        return Optional.of(String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60));
    }

    /** Prints a permanent line above this one. */
    public synchronized void println(String line) {
        boolean shown = length > 0;
        clear();
        out.println(line);
        if (shown) {
            draw();
        }
    }

    /** Draws the latest state and ends the line, so that later output appears below it. */
    public synchronized void end() {
        if (length > 0) {
            draw();
            out.println();
            length = 0;
        }
    }

    /** Removes the line. */
    public synchronized void clear() {
        if (length > 0) {
            out.print("\r" + " ".repeat(Math.min(length, width())) + "\r");
            out.flush();
            length = 0;
        }
    }
}
