package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;

/** Checks of arguments. */
final class Check {

    private Check() {}

    /** Checks that there is at least one value and that all values are finite. */
    static void finite(String name, double[] values) {
        that(values.length > 0, name + " must contain at least one value, but are empty");
        for (int i = 0; i < values.length; i++) {
            that(Double.isFinite(values[i]), name + " must be finite, but value " + i + " is " + values[i]);
        }
    }

    /**
     * Checks that there is at least one row, that the rows have equal positive lengths, and that all values are finite.
     */
    static void table(String name, double[][] rows) {
        that(rows.length > 0, name + " must contain at least one row, but are empty");
        for (int i = 0; i < rows.length; i++) {
            finite(name + ", row " + i + ",", rows[i]);
            sameLength(name + ", rows 0 and " + i + ",", rows[0].length, rows[i].length);
        }
    }

    static void sameLength(String name, int first, int second) {
        that(first == second, name + " must have equal lengths, but have " + first + " and " + second);
    }

    static void probability(String name, double value) {
        that(value > 0 && value < 1, name + " must be in (0, 1), but is " + value);
    }

    static void probabilities(String name, double[] values) {
        finite(name, values);
        double wrong =
                Arrays.stream(values).filter(p -> p < 0 || p > 1).findFirst().orElse(0);
        that(wrong == 0, name + " must be in [0, 1], but one is " + wrong);
    }

    static void that(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
