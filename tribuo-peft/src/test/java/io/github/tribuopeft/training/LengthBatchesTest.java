package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {

    private static final int COUNT = 103;

    /** Lengths from 3 to 22, several sequences of each. */
    private static final int[] LENGTHS =
            new SplittableRandom(1).ints(COUNT, 3, 23).toArray();

    private static List<int[]> shuffled(long seed) {
        return LengthBatches.shuffled(COUNT, i -> LENGTHS[i], 8, new SplittableRandom(seed));
    }

    private static int[] flat(List<int[]> batches) {
        return batches.stream().flatMapToInt(IntStream::of).toArray();
    }

    private static int[] everyIndex(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static int shortest(int[] batch) {
        return IntStream.of(batch).map(i -> LENGTHS[i]).min().orElseThrow();
    }

    private static int longest(int[] batch) {
        return IntStream.of(batch).map(i -> LENGTHS[i]).max().orElseThrow();
    }

    @Test
    void epochContainsEveryIndexOnce() {
        assertThat(flat(shuffled(1))).containsExactlyInAnyOrder(everyIndex(COUNT));
    }

    @Test
    void allBatchesButOneAreFull() {
        List<int[]> batches = shuffled(1);
        assertThat(batches).hasSize(13);
        assertThat(batches.stream().filter(batch -> batch.length == 8)).hasSize(12);
        assertThat(batches.stream().filter(batch -> batch.length == 7)).hasSize(1);
    }

    @Test
    void batchesContainSimilarLengths() {
        List<int[]> batches = shuffled(1).stream()
                .sorted(Comparator.comparingInt(LengthBatchesTest::shortest)
                        .thenComparingInt(LengthBatchesTest::longest))
                .toList();
        for (int i = 1; i < batches.size(); i++) {
            assertThat(shortest(batches.get(i))).isGreaterThanOrEqualTo(longest(batches.get(i - 1)));
        }
    }

    @Test
    void batchesComeInRandomOrder() {
        assertThat(shuffled(1).stream().map(LengthBatchesTest::shortest).toList())
                .isNotEqualTo(shuffled(1).stream()
                        .map(LengthBatchesTest::shortest)
                        .sorted()
                        .toList());
    }

    @Test
    void seedDeterminesTheOrder() {
        assertThat(flat(shuffled(1))).containsExactly(flat(shuffled(1)));
        assertThat(flat(shuffled(2))).isNotEqualTo(flat(shuffled(1)));
    }

    @Test
    void equalLengthsAreShuffledInEachEpoch() {
        SplittableRandom random = new SplittableRandom(1);
        int[] first = flat(LengthBatches.shuffled(32, i -> 5, 8, random));
        int[] second = flat(LengthBatches.shuffled(32, i -> 5, 8, random));
        assertThat(first).containsExactlyInAnyOrder(everyIndex(32)).isNotEqualTo(second);
        assertThat(second).containsExactlyInAnyOrder(everyIndex(32));
    }

    @Test
    void predictionContainsEveryIndexOnceLongestFirst() {
        List<int[]> batches = LengthBatches.forPrediction(COUNT, i -> 20 * LENGTHS[i], 2048);
        assertThat(flat(batches)).containsExactlyInAnyOrder(everyIndex(COUNT));
        assertThat(batches.stream().map(LengthBatchesTest::longest).toList())
                .hasSizeGreaterThan(5)
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void predictionBatchesAreBoundedInTokens() {
        assertThat(LengthBatches.forPrediction(COUNT, i -> 20 * LENGTHS[i], 2048))
                .allSatisfy(
                        batch -> assertThat(batch.length * 20 * longest(batch)).isLessThanOrEqualTo(2048));
        assertThat(LengthBatches.forPrediction(3, i -> 100_000, 2048)).hasSize(3);
        assertThat(LengthBatches.forPrediction(0, i -> 1, 2048)).isEmpty();
    }
}
