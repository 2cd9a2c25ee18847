package io.github.tribuopeft.evaluation.statistics;

/**
 * A confidence interval.
 *
 * @param method how it was found
 * @param n number of items
 * @param estimate the figure on the items themselves
 * @param low lower end
 * @param high upper end, at least {@code low}
 * @param confidence share of samples whose interval would hold the true figure, such as 0.95
 */
public record Interval(String method, int n, double estimate, double low, double high, double confidence) {

    /** Whether a value lies in the interval, ends included. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** What the interval does not allow to say. */
    public String caution() {
        return "It holds for these trained models on other items of the same kind; new seeds and other kinds of data are not in it.";
    }
}
