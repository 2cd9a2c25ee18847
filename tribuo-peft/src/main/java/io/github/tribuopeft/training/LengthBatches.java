package io.github.tribuopeft.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.tribuo.util.Util;

/** Batches of sequences of similar length: the cost of a batch is its number of rows times its longest row. */
final class LengthBatches {

    private LengthBatches() {}

    /**
     * Returns the batches of an epoch: sequences of the same length in random order, and the batches in random order.
     */
    static List<int[]> shuffled(int count, IntUnaryOperator length, int size, SplittableRandom random) {
        int[] order = sorted(Util.randperm(count, random), length);
        List<int[]> batches = new ArrayList<>();
        for (int start = 0; start < count; start += size) {
            batches.add(Arrays.copyOfRange(order, start, Math.min(count, start + size)));
        }
        return IntStream.of(Util.randperm(batches.size(), random))
                .mapToObj(batches::get)
                .toList();
    }

    /**
     * Divides a batch into the fewest parts of at most {@code size} elements. Their sizes differ by at most 1. The
     * part with the last, longest elements comes first, because threads finish together if the short parts come last.
     */
    static List<int[]> divide(int[] batch, int size) {
        int parts = (batch.length + size - 1) / size;
        List<int[]> divided = new ArrayList<>();
        for (int part = parts - 1; part >= 0; part--) {
            divided.add(Arrays.copyOfRange(batch, (int) ((long) batch.length * part / parts), (int)
                    ((long) batch.length * (part + 1) / parts)));
        }
        return divided;
    }

    /**
     * Returns the batches of a prediction, longest first, so that memory is allocated once.
     *
     * @param tokens maximum number of tokens in a batch, padding included; a longer sequence is a batch of its own
     */
    static List<int[]> forPrediction(int count, IntUnaryOperator length, int tokens) {
        int[] order = sorted(IntStream.range(0, count).toArray(), length);
        List<int[]> batches = new ArrayList<>();
        int end = count;
        while (end > 0) {
            int rows = Math.max(1, tokens / Math.max(1, length.applyAsInt(order[end - 1])));
            int start = Math.max(0, end - rows);
            batches.add(Arrays.copyOfRange(order, start, end));
            end = start;
        }
        return batches;
    }

    private static int[] sorted(int[] order, IntUnaryOperator length) {
        return IntStream.of(order)
                .boxed()
                .sorted(Comparator.comparingInt(length::applyAsInt))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
