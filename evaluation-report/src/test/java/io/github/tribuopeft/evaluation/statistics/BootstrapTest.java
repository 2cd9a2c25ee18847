package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    /** Accuracy from counts of correct predictions and of items. */
    private static final ToDoubleFunction<double[]> ACCURACY = totals -> totals[0] / totals[1];
    /** F1 from counts of correct, predicted and gold spans. */
    private static final ToDoubleFunction<double[]> F1 =
            totals -> totals[1] + totals[2] == 0 ? 0 : 2 * totals[0] / (totals[1] + totals[2]);

    /** With 160 of 200 correct items, the resampled number of correct items is binomial, with known quantiles. */
    @Test
    void intervalOfAccuracyIsBinomial() {
        Interval interval = new Bootstrap(40_000, 1, 0.95).interval(items(200, 0, 160), ACCURACY);
        BinomialDistribution correct = new BinomialDistribution(null, 200, 0.8);
        assertThat(interval.estimate()).isEqualTo(0.8);
        assertThat(interval.n()).isEqualTo(200);
        assertThat(interval.confidence()).isEqualTo(0.95);
        assertThat(200 * interval.low()).isCloseTo(correct.inverseCumulativeProbability(0.025), within(1.01));
        assertThat(200 * interval.high()).isCloseTo(correct.inverseCumulativeProbability(0.975), within(1.01));
        Interval narrow = new Bootstrap(40_000, 1, 0.5).interval(items(200, 0, 160), ACCURACY);
        assertThat(200 * narrow.low()).isCloseTo(correct.inverseCumulativeProbability(0.25), within(1.01));
        assertThat(200 * narrow.high()).isCloseTo(correct.inverseCumulativeProbability(0.75), within(1.01));
    }

    /**
     * Items are correct for the first system only, the second only, or neither, so the p-value is a sum over a
     * trinomial.
     */
    @Test
    void pValueOfAccuracyIsTrinomial() {
        int n = 60;
        // 14 items are correct for the first system only, 6 for the second only
        Difference difference = new Bootstrap(100_000, 2, 0.95).difference(items(n, 0, 44), items(n, 14, 50), ACCURACY);
        assertThat(difference.interval().estimate()).isCloseTo(8 / 60.0, within(1e-12));
        double expected = 0;
        for (int a = 0; a <= n; a++) {
            double probability = new BinomialDistribution(null, n, 14 / 60.0).probability(a);
            BinomialDistribution rest = new BinomialDistribution(null, n - a, 6 / 46.0);
            for (int b = 0; b <= n - a; b++) {
                expected += Math.abs(a - b - 8) >= 8 ? probability * rest.probability(b) : 0;
            }
        }
        assertThat(expected).isBetween(0.05, 0.15);
        // three standard deviations of 100,000 resamples
        double error = 3 * Math.sqrt(expected * (1 - expected) / 100_000);
        assertThat(difference.test().pValue()).isCloseTo(expected, within(error));
    }

    /** Exact p-value over all 5^5 resamples of five items. */
    @Test
    void everyResample() {
        double[][] first = {{2, 2, 2}, {1, 1, 2}, {0, 1, 1}, {3, 3, 3}, {1, 2, 1}};
        double[][] second = {{1, 2, 2}, {1, 1, 2}, {0, 0, 1}, {1, 2, 3}, {1, 1, 1}};
        double observed = f1Difference(first, second, new int[] {0, 1, 2, 3, 4});
        double[] all = IntStream.range(0, 3125)
                .mapToDouble(way -> f1Difference(
                        first, second, new int[] {way % 5, way / 5 % 5, way / 25 % 5, way / 125 % 5, way / 625}))
                .sorted()
                .toArray();
        double expected = Arrays.stream(all)
                        .filter(value -> Math.abs(value - observed) >= Math.abs(observed) - 1e-9)
                        .count()
                / 3125.0;
        Difference difference = new Bootstrap(100_000, 3, 0.9).difference(first, second, F1);
        assertThat(expected).isBetween(0.05, 0.6);
        assertThat(difference.test().statistic()).isCloseTo(observed, within(1e-12));
        assertThat(difference.test().pValue())
                .isCloseTo(expected, within(3 * Math.sqrt(expected * (1 - expected) / 100_000)));
        // the limits must be between the 4 % and 6 % quantiles on each side
        assertThat(difference.interval().low()).isBetween(all[125], all[188]);
        assertThat(difference.interval().high()).isBetween(all[2936], all[2999]);
    }

    /** About 95 % of the 95 % intervals of 150 sentences contain the F1 of all sentences. */
    @Test
    void coverage() {
        SplittableRandom random = new SplittableRandom(4);
        double[][] all = IntStream.range(0, 20_000)
                .mapToObj(i -> sentence(random, random.nextInt(4), 0.7))
                .toArray(double[][]::new);
        double truth = F1.applyAsDouble(sum(all));
        int held = 0;
        for (int trial = 0; trial < 600; trial++) {
            double[][] sample =
                    random.ints(150, 0, all.length).mapToObj(i -> all[i]).toArray(double[][]::new);
            held += new Bootstrap(400, trial, 0.95).interval(sample, F1).contains(truth) ? 1 : 0;
        }
        // 570, standard deviation 5.3
        assertThat(held).isBetween(552, 588);
    }

    /** The p-value is below 0.05 in about 5 % of cases for equal systems, and nearly always for different ones. */
    @Test
    void falseAndTruePositives() {
        SplittableRandom random = new SplittableRandom(6);
        int falsePositives = 0;
        int truePositives = 0;
        for (int trial = 0; trial < 600; trial++) {
            double[][] first = new double[150][];
            double[][] equal = new double[150][];
            double[][] worse = new double[150][];
            for (int i = 0; i < 150; i++) {
                int gold = random.nextInt(4);
                first[i] = sentence(random, gold, 0.7);
                equal[i] = sentence(random, gold, 0.7);
                worse[i] = sentence(random, gold, 0.45);
            }
            Bootstrap bootstrap = new Bootstrap(400, trial, 0.95);
            falsePositives += bootstrap.difference(first, equal, F1).test().pValue() < 0.05 ? 1 : 0;
            truePositives += bootstrap.difference(first, worse, F1).test().pValue() < 0.05 ? 1 : 0;
        }
        // 30, standard deviation 5.3
        assertThat(falsePositives).isBetween(14, 46);
        assertThat(truePositives).isGreaterThan(570);
    }

    /**
     * One of ten items is correct for the first system only, and p is the probability not to draw it exactly once. In
     * binary, 0.8 - 0.7 is more than 0.1 and 0.6 - 0.4 is less than 0.2, but their distances from 0.1 count as equal.
     */
    @Test
    void roundingErrorsAreIgnored() {
        double expected = 1 - new BinomialDistribution(null, 10, 0.1).probability(1);
        Difference difference = new Bootstrap(100_000, 5, 0.95).difference(items(10, 0, 8), items(10, 0, 7), ACCURACY);
        assertThat(difference.test().pValue())
                .isCloseTo(expected, within(3 * Math.sqrt(expected * (1 - expected) / 100_000)));
    }

    /** Paired resampling detects differences on few items; separate intervals overlap. */
    @Test
    void pairedResamplingIsMorePowerful() {
        double[][] first = items(400, 0, 320);
        double[][] second = items(400, 0, 308);
        Bootstrap bootstrap = new Bootstrap(1);
        Difference difference = bootstrap.difference(first, second, ACCURACY);
        assertThat(difference.test().pValue()).isLessThan(0.01);
        assertThat(difference.interval().contains(0)).isFalse();
        assertThat(bootstrap.interval(first, ACCURACY).low())
                .isLessThan(bootstrap.interval(second, ACCURACY).high());
        Difference reversed = bootstrap.difference(second, first, ACCURACY);
        assertThat(reversed.test().pValue()).isEqualTo(difference.test().pValue());
        assertThat(reversed.interval().low()).isCloseTo(-difference.interval().high(), within(1e-12));
    }

    @Test
    void equalSystems() {
        Difference difference = new Bootstrap(1).difference(items(50, 0, 20), items(50, 0, 20), ACCURACY);
        assertThat(difference.test().pValue()).isEqualTo(1);
        assertThat(difference.interval().low()).isZero();
        assertThat(difference.interval().high()).isZero();
    }

    @Test
    void pValueIsPositive() {
        Difference difference = new Bootstrap(999, 1, 0.95).difference(items(50, 0, 50), items(50, 0, 0), ACCURACY);
        assertThat(difference.test().pValue()).isEqualTo(0.001);
    }

    @Test
    void equalSeedsGiveEqualResults() {
        double[][] first = items(100, 0, 71);
        double[][] second = items(100, 10, 73);
        Difference difference = new Bootstrap(7).difference(first, second, ACCURACY);
        assertThat(new Bootstrap(7).difference(first, second, ACCURACY)).isEqualTo(difference);
        assertThat(new Bootstrap(8).difference(first, second, ACCURACY)).isNotEqualTo(difference);
        assertThat(difference.test().n()).isEqualTo(100);
        assertThat(difference.test().caution()).contains("other seeds");
    }

    @Test
    void metricsMayModifyTheirArgument() {
        double[][] counts = items(100, 0, 71);
        Interval modifying = new Bootstrap(7).interval(counts, totals -> (totals[0] /= totals[1]));
        assertThat(modifying).isEqualTo(new Bootstrap(7).interval(counts, ACCURACY));
    }

    @Test
    void rejectsInvalidArguments() {
        Bootstrap bootstrap = new Bootstrap(1);
        assertThatThrownBy(() -> bootstrap.interval(new double[0][0], ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one row");
        assertThatThrownBy(() -> bootstrap.interval(new double[][] {{1, Double.NaN}}, ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Counts, row 0, must be finite, but value 1 is NaN");
        assertThatThrownBy(() -> bootstrap.interval(new double[][] {{1, 1}, {1}}, ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("have 2 and 1");
        assertThatThrownBy(() -> bootstrap.difference(items(3, 0, 1), items(4, 0, 1), ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Items of the two systems must have equal lengths, but have 3 and 4");
        assertThatThrownBy(() -> bootstrap.difference(items(3, 0, 1), new double[3][3], ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Counts of the two systems must have equal lengths, but have 2 and 3");
        assertThatThrownBy(() -> bootstrap.interval(new double[][] {{1, 1}, {0, 0}}, ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The metric must be finite for all resamples, but is NaN for the sums [0.0, 0.0]");
        assertThatThrownBy(() -> new Bootstrap(99, 1, 0.95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but is 99");
        assertThatThrownBy(() -> new Bootstrap(100, 1, 95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in (0, 1), but is 95.0");
    }

    /** Items of which those in [{@code begin}, {@code end}) are correct. */
    private static double[][] items(int n, int begin, int end) {
        return IntStream.range(0, n)
                .mapToObj(i -> new double[] {begin <= i && i < end ? 1 : 0, 1})
                .toArray(double[][]::new);
    }

    /** Counts of a sentence whose entities are each predicted with a probability; sometimes one is spurious. */
    private static double[] sentence(SplittableRandom random, int gold, double recall) {
        long correct = random.doubles(gold).filter(u -> u < recall).count();
        return new double[] {correct, correct + (random.nextDouble() < 0.3 ? 1 : 0), gold};
    }

    private static double f1Difference(double[][] first, double[][] second, int[] drawn) {
        return F1.applyAsDouble(sum(Arrays.stream(drawn).mapToObj(i -> first[i]).toArray(double[][]::new)))
                - F1.applyAsDouble(
                        sum(Arrays.stream(drawn).mapToObj(i -> second[i]).toArray(double[][]::new)));
    }

    private static double[] sum(double[][] rows) {
        return IntStream.range(0, rows[0].length)
                .mapToDouble(j -> Arrays.stream(rows).mapToDouble(row -> row[j]).sum())
                .toArray();
    }
}
