package io.github.tribuopeft.inspection;

import java.util.Arrays;

/** Rank correlation of Spearman (1904): the correlation of ranks, where equal values have their mean rank. */
final class RankCorrelation {

    private RankCorrelation() {}

    /** Returns the correlation in [-1, 1]; NaN if all values of one side are equal. */
    static double of(double[] first, double[] second) {
        double[] a = ranks(first);
        double[] b = ranks(second);
        double mean = (a.length - 1) / 2.0;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - mean) * (b[i] - mean);
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static double[] ranks(double[] values) {
        return Arrays.stream(values)
                .map(value -> {
                    double smaller =
                            Arrays.stream(values).filter(other -> other < value).count();
                    double equal = Arrays.stream(values)
                            .filter(other -> other == value)
                            .count();
                    return smaller + (equal - 1) / 2;
                })
                .toArray();
    }
}
