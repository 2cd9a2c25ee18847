package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Linear layer of the networks that some methods train, with the tensors {@code <name>.weight} and {@code <name>.bias}.
 */
final class DenseProjection {

    private DenseProjection() {}

    /** Adds the tensors of a layer, initialized like those of PyTorch. */
    static void add(Map<String, Tensor> tensors, String name, int in, int out, SplittableRandom random) {
        double bound = 1 / Math.sqrt(in);
        tensors.put(name + ".weight", RandomTensors.uniform(new Shape(out, in), bound, random));
        tensors.put(name + ".bias", RandomTensors.uniform(new Shape(out), bound, random));
    }

    /** Applies a layer: [.., in] to [.., out]. */
    static NDArray apply(NDArray x, Map<String, NDArray> trained, String name) {
        return x.getNDArrayInternal()
                .linear(x, trained.get(name + ".weight"), trained.get(name + ".bias"))
                .singletonOrThrow();
    }
}
