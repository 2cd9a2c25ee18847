package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * Training objective of a head: the target of an output, and the loss between logits and targets.
 *
 * @param <T> the output type
 */
public interface Objective<T extends Output<T>> {

    /**
     * Encodes an output as the target row that {@link #loss} compares with.
     *
     * @param outputs the training outputs, which contain {@code output}
     * @return K values
     * @throws IllegalArgumentException if the output has no target, such as a value of NaN
     */
    float[] target(T output, ImmutableOutputInfo<T> outputs);

    /**
     * Computes the loss of each row.
     *
     * @param logits [R, C]
     * @param targets [R, K], rows of {@link #target}
     * @return [R]
     */
    NDArray loss(NDArray logits, NDArray targets);
}
