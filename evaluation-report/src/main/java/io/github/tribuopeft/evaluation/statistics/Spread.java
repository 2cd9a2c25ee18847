package io.github.tribuopeft.evaluation.statistics;

import org.apache.commons.math3.stat.StatUtils;

/**
 * Summary of a metric over seeds.
 *
 * @param n number of values
 * @param mean mean
 * @param deviation sample standard deviation, with n - 1 in the denominator; NaN for one value
 * @param min smallest value
 * @param max largest value
 */
public record Spread(int n, double mean, double deviation, double min, double max) {

    /**
     * Summarizes values.
     *
     * @throws IllegalArgumentException if the values are empty, or one is not finite
     */
    public static Spread of(double... values) {
        Check.finite("Values", values);
        double mean = StatUtils.mean(values);
        // Commons Math returns 0 for one value
        double deviation = values.length == 1 ? Double.NaN : Math.sqrt(StatUtils.variance(values, mean));
        return new Spread(values.length, mean, deviation, StatUtils.min(values), StatUtils.max(values));
    }

    /** Returns the limits of the summary, as a sentence. */
    public String caution() {
        return n == 1
                ? "One seed does not show the variation between training runs."
                : "The deviation is that of training runs on one split. It is not the standard error of the mean and does"
                        + " not cover other data.";
    }
}
