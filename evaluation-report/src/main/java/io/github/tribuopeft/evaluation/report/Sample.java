package io.github.tribuopeft.evaluation.report;

import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Mean and standard deviation of a value over seeds.
 *
 * @param mean mean; NaN without values
 * @param sd sample standard deviation, with n - 1 in the denominator; 0 for a single value
 * @param n number of values
 */
record Sample(double mean, double sd, int n) {

    /** Summarizes the known values; {@code NaN} is excluded. */
    static Sample of(DoubleStream values) {
        double[] known = values.filter(value -> !Double.isNaN(value)).toArray();
        return new Sample(StatUtils.mean(known), Math.sqrt(StatUtils.variance(known)), known.length);
    }

    boolean known() {
        return n > 0;
    }

    double low() {
        return mean - sd;
    }

    double high() {
        return mean + sd;
    }
}
