package io.github.tribuopeft.evaluation.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * The bootstrap over test items (Efron and Tibshirani, An Introduction to the Bootstrap, 1993): as many items as there are, drawn with
 * replacement, many times.
 *
 * <p>Items carry counts, and the metric is a function of summed counts, so that F1 of spans is resampled as exactly as accuracy is. It must
 * give a number for whatever items are drawn. Of systems trained with several seeds, give each item the sum of its counts over the seeds.
 *
 * @param resamples how many times, at least 100
 * @param seed the same seed gives the same result
 * @param confidence of intervals, between 0 and 1
 */
public record Bootstrap(int resamples, long seed, double confidence) {

    /** Checks the settings. */
    public Bootstrap {
        Check.that(resamples >= 100, "There must be at least 100 resamples; there are " + resamples);
        Check.probability("The confidence", confidence);
    }

    /** 10,000 resamples and a confidence of 0.95. */
    public Bootstrap(long seed) {
        this(10_000, seed, 0.95);
    }

    /**
     * The percentile interval of a metric (Efron and Tibshirani 1993, chapter 13).
     *
     * @param counts for each item its counts
     * @param metric the metric of summed counts
     * @throws IllegalArgumentException if there are no items, their counts differ in number, or a count or the metric is not finite
     */
    public Interval interval(double[][] counts, ToDoubleFunction<double[]> metric) {
        Check.table("Counts", counts);
        return interval(
                "bootstrap percentile interval", counts.length, total(counts, metric), resample(counts, metric));
    }

    /**
     * The difference of two systems on the same items, resampled together (Koehn 2004, EMNLP).
     *
     * <p>The two-sided p-value is the share of resamples whose difference lies at least as far from the observed one as the observed one
     * lies from zero: the bootstrap distribution is moved to where there is no difference (Efron and Tibshirani 1993, section 16.4;
     * Berg-Kirkpatrick, Burkett and Klein 2012, EMNLP, one-sided there). The observed difference counts as a further resample, so p is
     * never 0 (Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2).
     *
     * @param first for each item the first system's counts
     * @param second for each item the second system's counts, in the same order of items
     * @param metric the metric of summed counts
     * @throws IllegalArgumentException if the systems have different numbers of items or counts, there are no items, or a count or the
     *     metric is not finite
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
        double far = Math.abs(observed) - Ranks.tolerance(total(first, metric), total(second, metric));
        long asFar = Arrays.stream(resampled)
                .filter(value -> Math.abs(value - observed) >= far)
                .count();
        TestResult test = new TestResult(
                "paired bootstrap",
                n,
                "items",
                observed,
                (asFar + 1.0) / (resamples + 1.0),
                "Items are resampled, seeds are not: it says nothing about the same methods trained again.");
        return new Difference(interval("paired bootstrap percentile interval", n, observed, resampled), test);
    }

    private Interval interval(String method, int n, double estimate, double[] resampled) {
        Percentile percentile = new Percentile();
        percentile.setData(resampled);
        double tail = 100 * (1 - confidence) / 2;
        return new Interval(
                method, n, estimate, percentile.evaluate(tail), percentile.evaluate(100 - tail), confidence);
    }

    private double[] resample(double[][] rows, ToDoubleFunction<double[]> figure) {
        int width = rows[0].length;
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        double[] figures = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            double[] totals = new double[width];
            for (int i = 0; i < rows.length; i++) {
                int row = random.nextInt(rows.length) * width;
                for (int j = 0; j < width; j++) {
                    totals[j] += flat[row + j];
                }
            }
            figures[r] = finite(figure, totals);
        }
        return figures;
    }

    private static double total(double[][] rows, ToDoubleFunction<double[]> figure) {
        double[] totals = new double[rows[0].length];
        for (double[] row : rows) {
            for (int j = 0; j < totals.length; j++) {
                totals[j] += row[j];
            }
        }
        return finite(figure, totals);
    }

    private static double finite(ToDoubleFunction<double[]> figure, double[] totals) {
        double value = figure.applyAsDouble(totals);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "The metric must be a finite number whatever items are drawn; of the sums "
                            + Arrays.toString(totals) + " it is " + value);
        }
        return value;
    }
}
