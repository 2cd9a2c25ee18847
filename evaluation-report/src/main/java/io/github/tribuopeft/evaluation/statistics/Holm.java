package io.github.tribuopeft.evaluation.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction for multiple tests (Holm 1979, Scandinavian Journal of Statistics 6). Rejecting all tests
 * with corrected p-values below alpha makes a false rejection with a probability of at most alpha. The tests can be
 * dependent.
 */
public final class Holm {

    private Holm() {}

    /**
     * Corrects p-values.
     *
     * @param pValues p-values of all tests of the family
     * @return corrected p-values in the same order, in [0, 1] and not less than the p-values
     * @throws IllegalArgumentException if the list is empty, or a p-value is not in [0, 1]
     */
    public static double[] correct(double... pValues) {
        Check.probabilities("P-values", pValues);
        int[] ascending = IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] corrected = new double[pValues.length];
        double largest = 0;
        for (int i = 0; i < ascending.length; i++) {
            largest = Math.max(largest, Math.min(1, (ascending.length - i) * pValues[ascending[i]]));
            corrected[ascending[i]] = largest;
        }
        return corrected;
    }

    /**
     * Corrects the p-values of test results.
     *
     * @param family results of all tests of the family
     * @return results with corrected p-values, in the same order; their names mention the correction
     * @throws IllegalArgumentException if the list is empty, or a p-value is not in [0, 1]
     */
    public static List<TestResult> correct(List<TestResult> family) {
        double[] corrected =
                correct(family.stream().mapToDouble(TestResult::pValue).toArray());
        return IntStream.range(0, corrected.length)
                .mapToObj(i -> {
                    TestResult raw = family.get(i);
                    return new TestResult(
                            raw.test() + ", Holm's correction for " + corrected.length + " tests",
                            raw.n(),
                            raw.unit(),
                            raw.statistic(),
                            corrected[i],
                            raw.caution());
                })
                .toList();
    }
}
