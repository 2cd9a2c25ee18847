package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;

/** What the tests of this package demand of their input. */
final class Check {

    private Check() {}

    /** There is at least one value, and all are finite. */
    static void finite(String what, double[] values) {
        that(values.length > 0, what + " must have at least one value; there is none");
        for (int i = 0; i < values.length; i++) {
            that(Double.isFinite(values[i]), what + " must be finite numbers; number " + i + " is " + values[i]);
        }
    }

    /** There is at least one row, all rows have the same length of at least 1, and all values are finite. */
    static void table(String what, double[][] rows) {
        that(rows.length > 0, what + " must have at least one row; there is none");
        for (int i = 0; i < rows.length; i++) {
            finite(what + ", row " + i + ",", rows[i]);
            sameLength(what + ", rows 0 and " + i + ",", rows[0].length, rows[i].length);
        }
    }

    static void sameLength(String what, int first, int second) {
        that(first == second, what + " must have the same length; one has " + first + ", the other " + second);
    }

    static void probability(String what, double value) {
        that(value > 0 && value < 1, what + " must lie between 0 and 1; it is " + value);
    }

    static void probabilities(String what, double[] values) {
        finite(what, values);
        double wrong =
                Arrays.stream(values).filter(p -> p < 0 || p > 1).findFirst().orElse(0);
        that(wrong == 0, what + " must lie in 0 to 1; one is " + wrong);
    }

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
