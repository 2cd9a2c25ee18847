package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import java.util.Map;

/**
 * Head of an adapter.
 *
 * @param task SEQ_CLS or TOKEN_CLS
 * @param pooling hidden states that the head reads
 * @param dense layer before the linear layer
 * @param tensors tensors by the names of {@link io.github.tribuopeft.head.LabelHead}
 */
record AdapterHead(TaskType task, Pooling pooling, DenseLayer dense, Map<String, Tensor> tensors) {

    /** Prefix of the names of tensors of a head that transformers does not have. */
    static final String OWN_PREFIX = "tribuo_head.";

    /** Returns the number of labels. */
    int labels() {
        return tensors.get("bias").size();
    }
}
