package io.github.tribuopeft.generation;

import java.util.List;
import java.util.function.Predicate;

/** Text that ends before the first stop string. What may be the beginning of a stop string is not passed on. */
final class StoppedText {

    private final List<String> stop;
    private final Predicate<String> listener;
    private final StringBuilder text = new StringBuilder();
    private int passed;
    private boolean stopped;
    private boolean cancelled;

    StoppedText(List<String> stop, Predicate<String> listener) {
        this.stop = stop;
        this.listener = listener;
    }

    boolean isStopped() {
        return stopped;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void append(String part) {
        if (stopped || cancelled) {
            return;
        }
        text.append(part);
        int begin = stop.stream()
                .mapToInt(text::indexOf)
                .filter(index -> index >= 0)
                .min()
                .orElse(-1);
        if (begin >= 0) {
            stopped = true;
            text.setLength(begin);
        }
        pass(stopped ? text.length() : text.length() - pending());
    }

    /** Returns the length of the longest end of the text that is the beginning of a stop string. */
    private int pending() {
        int longest = 0;
        for (String string : stop) {
            for (int length = Math.min(string.length() - 1, text.length()); length > longest; length--) {
                if (string.startsWith(text.substring(text.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private void pass(int end) {
        if (end > passed) {
            cancelled = !listener.test(text.substring(passed, end));
            passed = end;
        }
    }

    /**
     * Ends the text.
     *
     * @param reason the reason unless the text was stopped or cancelled
     */
    Generation end(List<Integer> ids, int promptTokens, FinishReason reason) {
        if (!cancelled) {
            pass(text.length());
        }
        FinishReason actual = cancelled ? FinishReason.CANCELLED : stopped ? FinishReason.STOP : reason;
        return new Generation(text.toString(), ids, promptTokens, actual);
    }
}
