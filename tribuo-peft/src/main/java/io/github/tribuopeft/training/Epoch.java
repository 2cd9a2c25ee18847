package io.github.tribuopeft.training;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Optimizer steps of one epoch. They depend only on the data, the options, the seed of the run and the number of the
 * epoch, so a run can resume at any step.
 */
final class Epoch {

    private final int number;
    private final List<TrainingItem> items;
    private final TrainingOptions options;
    private final Device device;
    private final RandomStreams random;
    private final List<int[]> batches;

    /**
     * Creates the batches of an epoch.
     *
     * @param number number of the epoch, from 0; counts the epochs of earlier runs from which this run resumes
     * @param device the device of the training
     */
    Epoch(int number, List<TrainingItem> items, TrainingOptions options, Device device, RandomStreams random) {
        this.number = number;
        this.items = items;
        this.options = options;
        this.device = device;
        this.random = random;
        this.batches = LengthBatches.shuffled(
                items.size(), i -> items.get(i).tokens().length(), options.batchSize(), random.order(number));
    }

    /** Returns the number of steps. */
    int steps() {
        return Math.toIntExact(options.stepsPerEpoch(items.size()));
    }

    /** Returns the examples of a step, from 0. */
    StepBatch step(int step) {
        int first = step * options.accumulation();
        int end = Math.min(batches.size(), first + options.accumulation());
        List<MicroBatch> parts = new ArrayList<>();
        for (int[] batch : batches.subList(first, end)) {
            for (int[] indices : LengthBatches.divide(batch, options.microBatch(device))) {
                parts.add(new MicroBatch(
                        Arrays.stream(indices).mapToObj(items::get).toList(),
                        random.dropoutSeed(number, step, parts.size())));
            }
        }
        return new StepBatch(parts);
    }
}
