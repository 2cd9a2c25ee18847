package io.github.tribuopeft.training;

import java.util.List;

/**
 * Examples of one optimizer step.
 *
 * @param parts the micro-batches, in the order in which their gradients are added
 */
record StepBatch(List<MicroBatch> parts) {

    /** Returns the number of rows over which the loss is averaged. */
    int rows() {
        return parts.stream().mapToInt(MicroBatch::rows).sum();
    }
}
