package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;

/** Checks of arguments. */
final class Check {

    private Check() {}

    /** Checks that there is at least one value and that all values are finite. */
    static void finite(String what, double[] values) {
        that(values.length > 0, what + " must contain at least one value, but are empty");
        for (int i = 0; i < values.length; i++) {
            that(Double.isFinite(values[i]), what + " must be finite, but value " + i + " is " + values[i]);
        }
    }

    /**
     * Checks that there is at least one row, that the rows have equal positive lengths, and that all values are finite.
     */
    static void table(String what, double[][] rows) {
        that(rows.length > 0, what + " must contain at least one row, but are empty");
        for (int i = 0; i < rows.length; i++) {
            finite(what + ", row " + i + ",", rows[i]);
            sameLength(what + ", rows 0 and " + i + ",", rows[0].length, rows[i].length);
        }
    }

    static void sameLength(String what, int first, int second) {
        that(first == second, what + " must have equal lengths, but have " + first + " and " + second);
    }

    static void probability(String what, double value) {
        that(value > 0 && value < 1, what + " must be in (0, 1), but is " + value);
    }

    static void probabilities(String what, double[] values) {
        finite(what, values);
        double wrong =
                Arrays.stream(values).filter(p -> p < 0 || p > 1).findFirst().orElse(0);
        that(wrong == 0, what + " must be in [0, 1], but one is " + wrong);
    }

    static void that(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
