package io.github.tribuopeft.evaluation.statistics;

/**
 * Confidence interval.
 *
 * @param method name of the method
 * @param n number of items
 * @param estimate estimate from all items
 * @param low lower limit
 * @param high upper limit, at least {@code low}
 * @param confidence confidence level, such as 0.95
 */
public record Interval(String method, int n, double estimate, double low, double high, double confidence) {

    /** Returns whether the closed interval contains a value. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Returns the limits of the interval, as a sentence. */
    public String caution() {
        return "The interval covers other items of the same kind; it does not cover other seeds or kinds of data.";
    }
}
