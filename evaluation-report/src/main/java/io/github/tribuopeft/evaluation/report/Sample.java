package io.github.tribuopeft.evaluation.report;

import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A figure over seeds.
 *
 * @param mean NaN without values
 * @param sd standard deviation with n - 1; 0 of a single value
 * @param n how many values there are
 */
record Sample(double mean, double sd, int n) {

    /** Of the values that could be had: {@code NaN} is left out. */
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
