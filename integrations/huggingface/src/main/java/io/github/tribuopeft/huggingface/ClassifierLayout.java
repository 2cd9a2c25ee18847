package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import java.util.List;
import java.util.Map;

/**
 * How a classifier of transformers is made, and what its layers are called there.
 *
 * @param task what it is for
 * @param readout which states it reads
 * @param activation what follows its dense layer; {@link DenseLayer#NONE} where there is none
 * @param dense the dense layer's name, null where there is none
 * @param pretrained whether the dense layer belongs to the pretrained model, and is frozen unless an adapter brings its own
 * @param output the name of the linear map to the labels
 * @param biased whether that map has a bias
 */
record ClassifierLayout(
        TaskType task,
        Pooling readout,
        DenseLayer activation,
        String dense,
        boolean pretrained,
        String output,
        boolean biased) {

    /** A linear map alone. */
    static ClassifierLayout linear(TaskType task, Pooling readout, String output) {
        return new ClassifierLayout(task, readout, DenseLayer.NONE, null, false, output, true);
    }

    /**
     * The classifiers of an encoder: texts by the first token's state, a dense layer and a map; words by a map alone.
     *
     * @param output the name of the former's map
     */
    static List<ClassifierLayout> ofEncoder(DenseLayer activation, String dense, boolean pretrained, String output) {
        return List.of(
                new ClassifierLayout(TaskType.SEQ_CLS, TextPooling.CLS, activation, dense, pretrained, output, true),
                linear(TaskType.TOKEN_CLS, TokenPooling.FIRST_SUBWORD, "classifier"));
    }

    /**
     * The classifiers of a decoder: texts by the last token's state and a map without bias, words by a map with one.
     *
     * @param words the latter's name
     */
    static List<ClassifierLayout> ofDecoder(String words) {
        return List.of(
                new ClassifierLayout(TaskType.SEQ_CLS, TextPooling.LAST, DenseLayer.NONE, null, false, "score", false),
                linear(TaskType.TOKEN_CLS, TokenPooling.FIRST_SUBWORD, words));
    }

    /** Whether it computes what a head of ours with these values does. */
    boolean computes(LabelHead head, Map<String, Tensor> tensors) {
        Tensor bias = tensors.get("bias");
        return activation == head.dense() && (biased || bias.equals(Tensor.zeros(bias.size())));
    }

    boolean hasDense() {
        return activation != DenseLayer.NONE;
    }

    /** The module that PEFT saves where an adapter brings a pretrained dense layer of its own, such as {@code pooler}. */
    String denseModule() {
        return dense.substring(0, dense.indexOf('.'));
    }
}
