package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;

/** Ranks of values, where equal ones share the mean of their ranks. */
final class Ranks {

    private Ranks() {}

    /**
     * What counts as equal: 0.768 - 0.763 and 0.936 - 0.931 should, yet differ in binary.
     *
     * @return a ten-thousand-millionth of the largest absolute value
     */
    static double tolerance(double... values) {
        return 1e-10 * Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    /** The rank of each value; the smallest has rank 1. Values no further apart than {@code tolerance} are equal. */
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
