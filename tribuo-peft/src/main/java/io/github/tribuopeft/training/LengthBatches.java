package io.github.tribuopeft.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.tribuo.util.Util;

/** Batches of sequences of similar length. This limits padding: each row is padded to the longest row of its batch. */
public final class LengthBatches {

    private LengthBatches() {}

    /**
     * Returns the batches of an epoch in random order. Sequences are sorted by length; those of equal length are in
     * random order.
     *
     * @param count number of sequences
     * @param length length of the sequence with an index in [0, count)
     * @param size maximum number of sequences in a batch
     * @return the indices of the sequences of each batch
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
     * Divides a batch, sorted by length, into the fewest parts of at most {@code size} elements. Their sizes differ by
     * at most 1. The part with the longest elements comes first, so that the threads finish at about the same time.
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
     * Returns the batches of a prediction, longest first, so that later batches reuse the memory of the first one.
     *
     * @param count number of sequences
     * @param length length of the sequence with an index in [0, count)
     * @param tokens maximum number of tokens in a batch, padding included; a longer sequence is a batch of its own
     */
    public static List<int[]> forPrediction(int count, IntUnaryOperator length, int tokens) {
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
