package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Bootstrap over test items (Efron and Tibshirani, An Introduction to the Bootstrap, 1993). Each resample draws as many
 * items as the test set has, with replacement.
 *
 * <p>Each item has counts, and the metric is a function of the summed counts, so resampling is exact for accuracy as
 * well as for span F1. The metric must be finite for all possible sums. For systems trained with several seeds, the
 * counts of an item are sums over the seeds.
 *
 * @param resamples number of resamples, at least 100
 * @param seed seed; equal seeds give equal results
 * @param confidence confidence level of intervals, in (0, 1)
 */
public record Bootstrap(int resamples, long seed, double confidence) {

    /**
     * Creates a bootstrap.
     *
     * @throws IllegalArgumentException if a setting is out of range
     */
    public Bootstrap {
        Check.that(resamples >= 100, "The number of resamples must be at least 100, but is " + resamples);
        Check.probability("The confidence level", confidence);
    }

    /** Creates a bootstrap with 10,000 resamples and a confidence level of 0.95. */
    public Bootstrap(long seed) {
        this(10_000, seed, 0.95);
    }

    /**
     * Returns the percentile interval of a metric (Efron and Tibshirani 1993, chapter 13).
     *
     * @param counts counts of each item, [items, counts]
     * @param metric metric of the summed counts
     * @throws IllegalArgumentException if the items are empty, if the numbers of counts differ, or if a count or the
     *     metric is not finite
     */
    public Interval interval(double[][] counts, ToDoubleFunction<double[]> metric) {
        Check.table("Counts", counts);
        return interval(
                "bootstrap percentile interval", counts.length, total(counts, metric), resample(counts, metric));
    }

    /**
     * Returns the difference of two systems on the same items, by the paired bootstrap (Koehn 2004, EMNLP).
     *
     * <p>The two-sided p-value is the share of resamples whose difference deviates from the observed difference by at
     * least as much as the observed difference deviates from zero. This shifts the bootstrap distribution to the null
     * hypothesis (Efron and Tibshirani 1993, section 16.4; one-sided in Berg-Kirkpatrick, Burkett and Klein 2012,
     * EMNLP). The observed difference counts as an additional resample, so the p-value is positive (Davison and
     * Hinkley, Bootstrap Methods and their Application, 1997, section 4.2).
     *
     * @param first counts of each item of the first system, [items, counts]
     * @param second counts of each item of the second system, in the same order of items
     * @param metric metric of the summed counts
     * @throws IllegalArgumentException if the systems have different numbers of items or counts, if the items are empty,
     *     or if a count or the metric is not finite
     */
    public Difference difference(double[][] first, double[][] second, ToDoubleFunction<double[]> metric) {
        Check.table("Counts of the first system", first);
        Check.table("Counts of the second system", second);
        Check.sameLength("Items of the two systems", first.length, second.length);
        Check.sameLength("Counts of the two systems", first[0].length, second[0].length);
        int n = first.length;
        int width = first[0].length;
        double[][] both = IntStream.range(0, n)
                .mapToObj(i -> {
                    double[] row = Arrays.copyOf(first[i], 2 * width);
                    System.arraycopy(second[i], 0, row, width, width);
                    return row;
                })
                .toArray(double[][]::new);
        ToDoubleFunction<double[]> difference = totals -> metric.applyAsDouble(Arrays.copyOf(totals, width))
                - metric.applyAsDouble(Arrays.copyOfRange(totals, width, 2 * width));

        double observed = total(both, difference);
        double[] resampled = resample(both, difference);
        double threshold = Math.abs(observed) - Ranks.tolerance(total(first, metric), total(second, metric));
        long extreme = Arrays.stream(resampled)
                .filter(value -> Math.abs(value - observed) >= threshold)
                .count();
        TestResult test = new TestResult(
                "paired bootstrap",
                n,
                "items",
                observed,
                (extreme + 1.0) / (resamples + 1.0),
                "Only items are resampled, so the result does not cover retraining with other seeds.");
        return new Difference(interval("paired bootstrap percentile interval", n, observed, resampled), test);
    }

    /**
     * Returns the metric of each resample. Distributions of systems on the same items have the same resamples, so their
     * differences are paired.
     *
     * @param counts counts of each item, [items, counts]
     * @param metric metric of the summed counts
     * @throws IllegalArgumentException as in {@link #interval(double[][], ToDoubleFunction)}
     */
    public Distribution distribution(double[][] counts, ToDoubleFunction<double[]> metric) {
        Check.table("Counts", counts);
        return new Distribution(this, counts.length, total(counts, metric), resample(counts, metric));
    }

    /** Bootstrap distribution of a metric. */
    public static final class Distribution {

        private final Bootstrap bootstrap;
        private final int items;
        private final double estimate;
        private final double[] resampled;

        private Distribution(Bootstrap bootstrap, int items, double estimate, double[] resampled) {
            this.bootstrap = bootstrap;
            this.items = items;
            this.estimate = estimate;
            this.resampled = resampled;
        }

        /**
         * Returns the percentile interval of this metric minus that of another system on the same items, the same as in
         * {@link Bootstrap#difference}.
         *
         * @throws IllegalArgumentException if the other distribution has other items or settings
         */
        public Interval minus(Distribution other) {
            Check.that(
                    bootstrap.equals(other.bootstrap) && items == other.items,
                    "Distributions must have the same settings and items");
            double[] differences = new double[resampled.length];
            for (int i = 0; i < differences.length; i++) {
                differences[i] = resampled[i] - other.resampled[i];
            }
            return bootstrap.interval(
                    "paired bootstrap percentile interval", items, estimate - other.estimate, differences);
        }
    }

    private Interval interval(String method, int n, double estimate, double[] resampled) {
        Percentile percentile = new Percentile();
        percentile.setData(resampled);
        double tail = 100 * (1 - confidence) / 2;
        return new Interval(
                method, n, estimate, percentile.evaluate(tail), percentile.evaluate(100 - tail), confidence);
    }

    private double[] resample(double[][] rows, ToDoubleFunction<double[]> metric) {
        int width = rows[0].length;
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            double[] totals = new double[width];
            for (int i = 0; i < rows.length; i++) {
                int row = random.nextInt(rows.length) * width;
                for (int j = 0; j < width; j++) {
                    totals[j] += flat[row + j];
                }
            }
            values[r] = finite(metric, totals);
        }
        return values;
    }

    private static double total(double[][] rows, ToDoubleFunction<double[]> metric) {
        double[] totals = new double[rows[0].length];
        for (double[] row : rows) {
            for (int j = 0; j < totals.length; j++) {
                totals[j] += row[j];
            }
        }
        return finite(metric, totals);
    }

    private static double finite(ToDoubleFunction<double[]> metric, double[] totals) {
        double value = metric.applyAsDouble(totals);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("The metric must be finite for all resamples, but is " + value
                    + " for the sums " + Arrays.toString(totals));
        }
        return value;
    }
}
