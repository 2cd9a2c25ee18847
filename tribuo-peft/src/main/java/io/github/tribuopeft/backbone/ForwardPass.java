package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/** How a backbone makes states of tokens. Most programs do all of it. */
@FunctionalInterface
interface ForwardPass extends AutoCloseable {

    /**
     * Runs the frozen layers.
     *
     * @param inputs ids, token types and position numbers [B, T]; the manager of the first owns the result
     * @param adapter what a method adds, and the mask
     * @return as {@link Backbone#forward} gives them
     */
    NDArray states(List<NDArray> inputs, Map<String, NDArray> adapter);

    /**
     * Checks that virtual tokens can stand where they are to.
     *
     * @throws IllegalArgumentException if not
     */
    default void require(VirtualTokens virtual) {}

    /** Copies of the frozen values beside the program's weights, as float32 in arrays that {@code scope} owns. */
    default NDList parameters(NDManager scope) {
        return new NDList();
    }

    /** Number of the frozen values beside the program's weights. */
    default long size() {
        return 0;
    }

    @Override
    default void close() {}
}
