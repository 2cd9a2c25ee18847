package io.github.tribuopeft.evaluation.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction of a family of tests (Holm 1979, Scandinavian Journal of Statistics 6): corrected p-values below alpha hold
 * together, wrongly rejecting any with a probability of at most alpha. The tests may depend on one another.
 */
public final class Holm {

    private Holm() {}

    /**
     * Corrects p-values.
     *
     * @param pValues all those of a family, whatever they came to
     * @return in the same order; in 0 to 1 and never less than before
     * @throws IllegalArgumentException if there is none, or one lies outside 0 to 1
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
     * Corrects the p-values of results.
     *
     * @param family all tests that were made to answer one question
     * @return in the same order, named as corrected
     * @throws IllegalArgumentException if there is none, or a p-value lies outside 0 to 1
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
