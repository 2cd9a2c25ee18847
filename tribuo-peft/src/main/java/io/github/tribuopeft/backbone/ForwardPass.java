package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/** Computation of hidden states from tokens. */
@FunctionalInterface
interface ForwardPass extends AutoCloseable {

    /**
     * Computes hidden states.
     *
     * @param inputs ids, token types and position ids [B, T]; the manager of the first array owns the result
     * @param adapter the adapter's entries and the mask
     * @return hidden states, see {@link Backbone#forward}
     */
    NDArray states(List<NDArray> inputs, Map<String, NDArray> adapter);

    /**
     * Checks the placement of virtual tokens.
     *
     * @throws IllegalArgumentException if it is not supported
     */
    default void require(VirtualTokens virtual) {}

    /** Returns copies of the frozen values that are not weights of the program, in float32; {@code scope} owns them. */
    default NDList parameters(NDManager scope) {
        return new NDList();
    }

    /** Returns the number of frozen values that are not weights of the program. */
    default long size() {
        return 0;
    }

    @Override
    default void close() {}
}
