package io.github.tribuopeft.evaluation.comparison;

/** Scale of a metric: its range, and whether more or less is better. */
public enum MetricScale {
    /** Share in [0, 1], such as accuracy or F1; more is better. */
    SHARE(true),
    /** Number in (-∞, 1], such as the coefficient of determination; more is better. */
    COEFFICIENT(true),
    /** Error in [0, ∞), in the unit of the outputs; less is better. */
    ERROR(false);

    private final boolean moreIsBetter;

    MetricScale(boolean moreIsBetter) {
        this.moreIsBetter = moreIsBetter;
    }

    /** Returns whether greater values are better. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** Returns how much better the first value is than the second; negative if it is worse. */
    public double lead(double first, double second) {
        return moreIsBetter ? first - second : second - first;
    }
}
