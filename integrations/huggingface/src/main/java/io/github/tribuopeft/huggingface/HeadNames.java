package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.Readout;

/**
 * How a classifier of transformers is made, and what its layers are called there.
 *
 * @param task what it is for
 * @param readout which states it reads
 * @param activation what follows its dense layer; {@link DenseLayer#NONE} where there is none
 * @param dense the dense layer's name, null where there is none
 * @param pretrained whether the dense layer belongs to the pretrained model, and is frozen unless an adapter brings its own
 * @param output the name of the linear map to the labels
 */
record HeadNames(
        TaskType task, Readout readout, DenseLayer activation, String dense, boolean pretrained, String output) {

    /** A linear map alone. */
    static HeadNames linear(TaskType task, Readout readout, String output) {
        return new HeadNames(task, readout, DenseLayer.NONE, null, false, output);
    }

    boolean hasDense() {
        return activation != DenseLayer.NONE;
    }

    /** The module that PEFT saves where an adapter brings a pretrained dense layer of its own, such as {@code pooler}. */
    String denseModule() {
        return dense.substring(0, dense.indexOf('.'));
    }
}
