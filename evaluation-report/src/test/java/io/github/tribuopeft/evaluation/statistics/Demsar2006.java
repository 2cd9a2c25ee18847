package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;

/**
 * The example of Demšar 2006, "Statistical Comparisons of Classifiers over Multiple Data Sets", JMLR 7, tables 2 and 6:
 * AUC on 14 data sets.
 */
final class Demsar2006 {

    /** Columns: C4.5, C4.5+m, C4.5+cf, C4.5+m+cf. */
    static final double[][] AUC = {
        {0.763, 0.768, 0.771, 0.798},
        {0.599, 0.591, 0.590, 0.569},
        {0.954, 0.971, 0.968, 0.967},
        {0.628, 0.661, 0.654, 0.657},
        {0.882, 0.888, 0.886, 0.898},
        {0.936, 0.931, 0.916, 0.931},
        {0.661, 0.668, 0.609, 0.685},
        {0.583, 0.583, 0.563, 0.625},
        {0.775, 0.838, 0.866, 0.875},
        {1.000, 1.000, 1.000, 1.000},
        {0.940, 0.962, 0.965, 0.962},
        {0.619, 0.666, 0.614, 0.669},
        // printed as 0.975 both, but ranked 2 and 3
        {0.972, 0.981, 0.9751, 0.975},
        {0.957, 0.978, 0.946, 0.970},
    };

    private Demsar2006() {}

    static double[] column(int system) {
        return Arrays.stream(AUC).mapToDouble(row -> row[system]).toArray();
    }
}
