package io.github.tribuopeft.evaluation.statistics;

import org.apache.commons.math3.stat.StatUtils;

/**
 * A metric over several seeds.
 *
 * @param n number of values
 * @param mean their mean
 * @param deviation their standard deviation with n - 1 in the denominator; NaN of one value
 * @param min the smallest
 * @param max the largest
 */
public record Spread(int n, double mean, double deviation, double min, double max) {

    /**
     * Describes values.
     *
     * @throws IllegalArgumentException if there is none, or one is not finite
     */
    public static Spread of(double... values) {
        Check.finite("Values", values);
        double mean = StatUtils.mean(values);
        // Commons Math says 0 of one value, as if a second training would give the same
        double deviation = values.length == 1 ? Double.NaN : Math.sqrt(StatUtils.variance(values, mean));
        return new Spread(values.length, mean, deviation, StatUtils.min(values), StatUtils.max(values));
    }

    /** What the figures do not allow to say. */
    public String caution() {
        return n == 1
                ? "One seed says nothing about how much chance there is in training."
                : "The deviation is that of trainings on one split, not the error of the mean, and says nothing about other data.";
    }
}
