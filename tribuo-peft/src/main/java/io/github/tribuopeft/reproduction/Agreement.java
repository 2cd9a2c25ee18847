package io.github.tribuopeft.reproduction;

import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.Output;
import org.tribuo.Prediction;

/** Agreement of the predictions of two models. */
final class Agreement {

    private Agreement() {}

    /**
     * Returns the share of equal predictions. Labels are equal by name; numbers, if they differ by at most the tolerance.
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
