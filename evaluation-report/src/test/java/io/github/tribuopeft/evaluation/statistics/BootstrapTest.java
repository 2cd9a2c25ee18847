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

    /** Counts of right answers and of items. */
    private static final ToDoubleFunction<double[]> ACCURACY = totals -> totals[0] / totals[1];
    /** Counts of spans that are correct, found and gold. */
    private static final ToDoubleFunction<double[]> F1 =
            totals -> totals[1] + totals[2] == 0 ? 0 : 2 * totals[0] / (totals[1] + totals[2]);

    /** Of 200 items, 160 right: resampled right answers are binomial, whose quantiles are known. */
    @Test
    void intervalOfAccuracyIsBinomial() {
        Interval interval = new Bootstrap(40_000, 1, 0.95).interval(answers(200, 0, 160), ACCURACY);
        BinomialDistribution right = new BinomialDistribution(null, 200, 0.8);
        assertThat(interval.estimate()).isEqualTo(0.8);
        assertThat(interval.n()).isEqualTo(200);
        assertThat(interval.confidence()).isEqualTo(0.95);
        assertThat(200 * interval.low()).isCloseTo(right.inverseCumulativeProbability(0.025), within(1.01));
        assertThat(200 * interval.high()).isCloseTo(right.inverseCumulativeProbability(0.975), within(1.01));
        Interval narrow = new Bootstrap(40_000, 1, 0.5).interval(answers(200, 0, 160), ACCURACY);
        assertThat(200 * narrow.low()).isCloseTo(right.inverseCumulativeProbability(0.25), within(1.01));
        assertThat(200 * narrow.high()).isCloseTo(right.inverseCumulativeProbability(0.75), within(1.01));
    }

    /** A resampled item is right for the first only, for the second only, or neither: the p-value's limit is a sum over a trinomial. */
    @Test
    void pValueOfAccuracyIsTrinomial() {
        int n = 60;
        // the first alone is right on 14 items, the second alone on 6
        Difference difference =
                new Bootstrap(100_000, 2, 0.95).difference(answers(n, 0, 44), answers(n, 14, 50), ACCURACY);
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
        // three standard deviations of 100,000 tosses
        double error = 3 * Math.sqrt(expected * (1 - expected) / 100_000);
        assertThat(difference.test().pValue()).isCloseTo(expected, within(error));
    }

    /** All 5^5 ways to draw five items, with F1. */
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
        // 5 % lie below the low end: it must lie between what 4 % and what 6 % lie below; likewise above
        assertThat(difference.interval().low()).isBetween(all[125], all[188]);
        assertThat(difference.interval().high()).isBetween(all[2936], all[2999]);
    }

    /** Of 95 % intervals of 150 sentences each, about 95 % must hold the F1 of all sentences. */
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

    /** Equal systems: a p-value below 0.05 in about one of twenty cases. A better system: nearly always. */
    @Test
    void falseAlarmsAndTrueOnes() {
        SplittableRandom random = new SplittableRandom(6);
        int falseAlarms = 0;
        int trueAlarms = 0;
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
            falseAlarms += bootstrap.difference(first, equal, F1).test().pValue() < 0.05 ? 1 : 0;
            trueAlarms += bootstrap.difference(first, worse, F1).test().pValue() < 0.05 ? 1 : 0;
        }
        // 30, standard deviation 5.3
        assertThat(falseAlarms).isBetween(14, 46);
        assertThat(trueAlarms).isGreaterThan(570);
    }

    /**
     * Only the first is right on one of ten items; p is the probability not to draw it exactly once. The difference of 0.8 and 0.7 is more
     * than 0.1 in binary, that of 0.6 and 0.4 less than 0.2, and yet the one is as far from 0.1 as the other from 0.
     */
    @Test
    void roundingIsNoDistance() {
        double expected = 1 - new BinomialDistribution(null, 10, 0.1).probability(1);
        Difference difference =
                new Bootstrap(100_000, 5, 0.95).difference(answers(10, 0, 8), answers(10, 0, 7), ACCURACY);
        assertThat(difference.test().pValue())
                .isCloseTo(expected, within(3 * Math.sqrt(expected * (1 - expected) / 100_000)));
    }

    /** Resampling together tells systems apart that differ on few items; resampling each on its own would not. */
    @Test
    void pairsCount() {
        double[][] first = answers(400, 0, 320);
        double[][] second = answers(400, 0, 308);
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
        Difference difference = new Bootstrap(1).difference(answers(50, 0, 20), answers(50, 0, 20), ACCURACY);
        assertThat(difference.test().pValue()).isEqualTo(1);
        assertThat(difference.interval().low()).isZero();
        assertThat(difference.interval().high()).isZero();
    }

    @Test
    void neverZero() {
        Difference difference = new Bootstrap(999, 1, 0.95).difference(answers(50, 0, 50), answers(50, 0, 0), ACCURACY);
        assertThat(difference.test().pValue()).isEqualTo(0.001);
    }

    @Test
    void seeded() {
        double[][] first = answers(100, 0, 71);
        double[][] second = answers(100, 10, 73);
        Difference difference = new Bootstrap(7).difference(first, second, ACCURACY);
        assertThat(new Bootstrap(7).difference(first, second, ACCURACY)).isEqualTo(difference);
        assertThat(new Bootstrap(8).difference(first, second, ACCURACY)).isNotEqualTo(difference);
        assertThat(difference.test().n()).isEqualTo(100);
        assertThat(difference.test().caution()).contains("seeds are not");
    }

    @Test
    void metricsMayWriteIntoTheirSums() {
        double[][] counts = answers(100, 0, 71);
        Interval careless = new Bootstrap(7).interval(counts, totals -> (totals[0] /= totals[1]));
        assertThat(careless).isEqualTo(new Bootstrap(7).interval(counts, ACCURACY));
    }

    @Test
    void badInput() {
        Bootstrap bootstrap = new Bootstrap(1);
        assertThatThrownBy(() -> bootstrap.interval(new double[0][0], ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one row");
        assertThatThrownBy(() -> bootstrap.interval(new double[][] {{1, Double.NaN}}, ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Counts, row 0, must be finite numbers; number 1 is NaN");
        assertThatThrownBy(() -> bootstrap.interval(new double[][] {{1, 1}, {1}}, ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one has 2, the other 1");
        assertThatThrownBy(() -> bootstrap.difference(answers(3, 0, 1), answers(4, 0, 1), ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Items of the two systems must have the same length; one has 3, the other 4");
        assertThatThrownBy(() -> bootstrap.difference(answers(3, 0, 1), new double[3][3], ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Counts of the two systems must have the same length; one has 2, the other 3");
        assertThatThrownBy(() -> bootstrap.interval(new double[][] {{1, 1}, {0, 0}}, ACCURACY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The metric must be a finite number whatever items are drawn; of the sums [0.0, 0.0] it is NaN");
        assertThatThrownBy(() -> new Bootstrap(99, 1, 0.95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are 99");
        assertThatThrownBy(() -> new Bootstrap(100, 1, 95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 0 and 1; it is 95.0");
    }

    /** Items of which those from {@code begin} to before {@code end} are right. */
    private static double[][] answers(int n, int begin, int end) {
        return IntStream.range(0, n)
                .mapToObj(i -> new double[] {begin <= i && i < end ? 1 : 0, 1})
                .toArray(double[][]::new);
    }

    /** A sentence whose entities are each found with a probability, and sometimes one too many. */
    private static double[] sentence(SplittableRandom random, int gold, double found) {
        long correct = random.doubles(gold).filter(u -> u < found).count();
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
