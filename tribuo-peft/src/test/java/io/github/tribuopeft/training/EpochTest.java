package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.github.tribuopeft.backbone.TokenSequence;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochTest {

    private static final int COUNT = 103;

    /** Items of 3 to 22 tokens. */
    private static final List<TrainingItem> ITEMS = new SplittableRandom(1)
            .ints(COUNT, 3, 23)
            .mapToObj(length -> new TrainingItem(
                    new TokenSequence(new int[length], new int[length], new int[0], 0), new float[1][1], 1f))
            .toList();

    private static Epoch epoch(int number, int microBatch) {
        return new Epoch(
                number,
                ITEMS,
                TrainingOptions.builder()
                        .batchSize(16)
                        .microBatch(microBatch)
                        .accumulation(2)
                        .build(),
                Device.cpu(),
                new RandomStreams(7));
    }

    private static List<StepBatch> steps(Epoch epoch) {
        return IntStream.range(0, epoch.steps()).mapToObj(epoch::step).toList();
    }

    private static List<TrainingItem> items(StepBatch step) {
        return step.parts().stream().flatMap(part -> part.items().stream()).toList();
    }

    @Test
    void stepsContainEveryItemOnce() {
        for (int microBatch : new int[] {1, 5, 16, 100}) {
            List<StepBatch> steps = steps(epoch(0, microBatch));
            assertThat(steps).hasSize(4);
            assertThat(steps.stream().flatMap(step -> items(step).stream()))
                    .usingElementComparator((a, b) -> a == b ? 0 : 1)
                    .containsExactlyInAnyOrderElementsOf(ITEMS);
            assertThat(steps.stream().mapToInt(StepBatch::rows).sum()).isEqualTo(COUNT);
        }
    }

    @Test
    void microBatchOfTheDevice() {
        TrainingOptions options = TrainingOptions.builder().batchSize(64).build();
        assertThat(options.microBatch(Device.cpu())).isEqualTo(16);
        assertThat(options.microBatch(Device.gpu())).isEqualTo(64);
        assertThat(TrainingOptions.builder().microBatch(8).build().microBatch(Device.gpu()))
                .isEqualTo(8);
    }

    @Test
    void microBatchesHaveAlmostEqualSizesAndTheLongestRowsComeFirst() {
        for (StepBatch step : steps(epoch(0, 5))) {
            for (MicroBatch part : step.parts()) {
                assertThat(part.items()).hasSizeBetween(3, 5);
            }
        }
        StepBatch whole = steps(epoch(0, 5)).get(0);
        assertThat(whole.parts()).hasSize(8); // two batches of 4, 4, 4 and 4
        for (List<MicroBatch> batch :
                List.of(whole.parts().subList(0, 4), whole.parts().subList(4, 8))) {
            for (int i = 1; i < batch.size(); i++) {
                assertThat(longest(batch.get(i))).isLessThanOrEqualTo(shortest(batch.get(i - 1)));
            }
        }
    }

    private static int longest(MicroBatch part) {
        return part.items().stream()
                .mapToInt(item -> item.tokens().length())
                .max()
                .orElseThrow();
    }

    private static int shortest(MicroBatch part) {
        return part.items().stream()
                .mapToInt(item -> item.tokens().length())
                .min()
                .orElseThrow();
    }

    @Test
    void stepDoesNotDependOnEarlierSteps() {
        Epoch one = epoch(3, 5);
        List<StepBatch> inOrder = steps(one);
        for (int i : new int[] {3, 0, 2, 2, 1}) {
            assertThat(epoch(3, 5).step(i)).isEqualTo(inOrder.get(i));
            assertThat(one.step(i)).isEqualTo(inOrder.get(i));
        }
    }

    @Test
    void epochsHaveDifferentOrdersAndMasks() {
        StepBatch first = epoch(0, 5).step(0);
        StepBatch second = epoch(1, 5).step(0);
        assertThat(items(second)).isNotEqualTo(items(first));
        assertThat(second.parts().get(0).dropoutSeed())
                .isNotEqualTo(first.parts().get(0).dropoutSeed())
                .isNotEqualTo(second.parts().get(1).dropoutSeed());
    }
}
