package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Layers of a head: logits [R, C] from pooled hidden states [R, H]. */
public sealed interface HeadLayer permits LinearHeadLayer, LmHeadLayer {

    /**
     * Creates the initial tensors.
     *
     * @param hidden width H of the inputs
     * @param outputs number C of outputs
     */
    Map<String, Tensor> initialize(int hidden, int outputs, SplittableRandom random);

    /**
     * Checks tensors from a model file.
     *
     * @param outputs number C of outputs
     * @throws IllegalArgumentException if a tensor is missing, unknown or has another shape; the message names it
     */
    void requireTensors(Map<String, Tensor> tensors, int outputs);

    /**
     * Checks tensors from a model file against the width of a backbone.
     *
     * @param hidden width H of the inputs
     * @param outputs number C of outputs
     * @throws IllegalArgumentException if a tensor is missing, unknown or has another shape; the message names it
     */
    void requireTensors(Map<String, Tensor> tensors, int hidden, int outputs);

    /**
     * Computes logits.
     *
     * @param rows pooled hidden states [R, H]
     * @param lmHead the language-model head of the adapted backbone: [R, H] to [R, vocabulary]
     * @param tensors the head's tensors
     * @param noise dropout masks of the step
     * @return [R, C]
     */
    NDArray logits(NDArray rows, UnaryOperator<NDArray> lmHead, Map<String, NDArray> tensors, Dropout noise);
}
