package io.github.tribuopeft.reproduction;

import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.Output;
import org.tribuo.Prediction;

/** Fraction of examples for which two models predict the same output. */
final class Agreement {

    private Agreement() {}

    /**
     * Returns the fraction of equal predictions, in [0, 1]. Labels are equal if their names are equal. Numbers are
     * equal if they differ by at most the tolerance.
     *
     * @param first the predictions of one model
     * @param second the predictions of the other model for the same examples
     * @param tolerance largest absolute difference of equal numbers
     */
    static <T extends Output<T>> double of(List<Prediction<T>> first, List<Prediction<T>> second, double tolerance) {
        long equal = IntStream.range(0, first.size())
                .filter(i -> equal(first.get(i).getOutput(), second.get(i).getOutput(), tolerance))
                .count();
        return (double) equal / first.size();
    }

    private static <T extends Output<T>> boolean equal(T first, T second, double tolerance) {
        return first.getSerializableForm(false).equals(second.getSerializableForm(false))
                || first.fullEquals(second, tolerance);
    }
}
