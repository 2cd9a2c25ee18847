package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import java.util.List;
import java.util.Map;

/**
 * Layers of a classifier of transformers and their names.
 *
 * @param task the classifier's task
 * @param pooling hidden states that the classifier reads
 * @param activation activation after its dense layer; {@link DenseLayer#NONE} if it has none
 * @param dense name of its dense layer; null if it has none
 * @param pretrained whether the dense layer belongs to the pretrained model, and is frozen unless an adapter contains
 *     its own
 * @param output name of the linear layer whose output features are the labels
 * @param biased whether that layer has a bias
 */
record ClassifierLayout(
        TaskType task,
        Pooling pooling,
        DenseLayer activation,
        String dense,
        boolean pretrained,
        String output,
        boolean biased) {

    /**
     * Returns the classifiers of an encoder: for texts, a dense layer and a linear layer on the first token's state;
     * for words, a linear layer.
     *
     * @param output name of the text classifier's linear layer
     */
    static List<ClassifierLayout> ofEncoder(DenseLayer activation, String dense, boolean pretrained, String output) {
        return List.of(
                new ClassifierLayout(TaskType.SEQ_CLS, TextPooling.CLS, activation, dense, pretrained, output, true),
                words("classifier"));
    }

    /**
     * Returns the classifiers of a decoder: for texts, a linear layer without bias on the last token's state; for
     * words, a linear layer with bias.
     *
     * @param words name of the word classifier's linear layer
     */
    static List<ClassifierLayout> ofDecoder(String words) {
        return List.of(
                new ClassifierLayout(TaskType.SEQ_CLS, TextPooling.LAST, DenseLayer.NONE, null, false, "score", false),
                words(words));
    }

    private static ClassifierLayout words(String output) {
        return new ClassifierLayout(
                TaskType.TOKEN_CLS, TokenPooling.FIRST_SUBWORD, DenseLayer.NONE, null, false, output, true);
    }

    /** Returns whether the classifier computes the same as a head with these tensors. */
    boolean computes(LabelHead head, Map<String, Tensor> tensors) {
        Tensor bias = tensors.get("bias");
        return activation == head.dense() && (biased || bias.equals(Tensor.zeros(bias.size())));
    }

    boolean hasDense() {
        return activation != DenseLayer.NONE;
    }

    /**
     * Returns the module that PEFT saves if an adapter contains its own pretrained dense layer, such as
     * {@code pooler}.
     */
    String denseModule() {
        return dense.substring(0, dense.indexOf('.'));
    }
}
