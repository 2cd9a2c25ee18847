package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;

/** Ranks of values. Equal values share the mean of their ranks. */
final class Ranks {

    private Ranks() {}

    /**
     * Returns the largest difference of equal values. Rounding makes differences such as 0.768 - 0.763 and 0.936 -
     * 0.931 unequal.
     *
     * @return 1e-10 times the largest absolute value
     */
    static double tolerance(double... values) {
        return 1e-10 * Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    /**
     * Returns the rank of each value, from 1 for the smallest. Values that differ by at most {@code tolerance} are
     * equal.
     */
    static double[] ascending(double[] values, double tolerance) {
        return Arrays.stream(values)
                .map(value -> {
                    int smaller = 0;
                    int equal = 0;
                    for (double other : values) {
                        if (Math.abs(other - value) <= tolerance) {
                            equal++;
                        } else if (other < value) {
                            smaller++;
                        }
                    }
                    return smaller + (equal + 1) / 2.0;
                })
                .toArray();
    }
}
