package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.classification.Label;

/** Cross-entropy of a softmax over all labels. The target of a label is its id. */
final class CrossEntropy implements Objective<Label> {

    @Override
    public float[] target(Label output, ImmutableOutputInfo<Label> outputs) {
        return new float[] {outputs.getID(output)};
    }

    @Override
    public NDArray loss(NDArray logits, NDArray targets) {
        return ofIds(logits, targets);
    }

    /** Returns the losses [R] of logits [R, C] and the ids of the expected outputs [R, 1]. */
    static NDArray ofIds(NDArray logits, NDArray targets) {
        NDArray ids = targets.get(new NDIndex(":, 0")).toType(DataType.INT64, false);
        return logits.logSoftmax(1)
                .get(new NDIndex().addAllDim().addPickDim(ids))
                .squeeze(1)
                .neg();
    }
}
