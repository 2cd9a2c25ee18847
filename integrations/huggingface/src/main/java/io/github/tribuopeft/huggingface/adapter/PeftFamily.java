package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.head.DenseLayer;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Support for a family of models in transformers and PEFT.
 *
 * @param classifiers the classifiers of transformers that a {@link io.github.tribuopeft.head.LabelHead} can represent
 * @param prefixTuning whether PEFT supports prefix tuning, which requires a cache of keys and values in transformers'
 *     model
 */
record PeftFamily(List<ClassifierLayout> classifiers, boolean prefixTuning) {

    private static final List<ClassifierLayout> ROBERTA =
            ClassifierLayout.ofEncoder(DenseLayer.TANH, "classifier.dense", false, "classifier.out_proj");
    private static final List<ClassifierLayout> LLAMA = ClassifierLayout.ofDecoder("score");

    private static final Map<String, PeftFamily> BY_TYPE = Map.ofEntries(
            // BERT's pooler belongs to the pretrained model and is frozen with it
            Map.entry(
                    "bert",
                    new PeftFamily(
                            ClassifierLayout.ofEncoder(DenseLayer.TANH, "pooler.dense", true, "classifier"), true)),
            Map.entry("roberta", new PeftFamily(ROBERTA, true)),
            Map.entry("xlm-roberta", new PeftFamily(ROBERTA, true)),
            Map.entry(
                    "distilbert",
                    new PeftFamily(
                            ClassifierLayout.ofEncoder(DenseLayer.RELU, "pre_classifier", false, "classifier"), false)),
            Map.entry(
                    "electra",
                    new PeftFamily(
                            ClassifierLayout.ofEncoder(
                                    DenseLayer.GELU, "classifier.dense", false, "classifier.out_proj"),
                            true)),
            Map.entry("mpnet", new PeftFamily(ROBERTA, false)),
            Map.entry("modernbert", new PeftFamily(List.of(), false)),
            Map.entry("gpt2", new PeftFamily(ClassifierLayout.ofDecoder("classifier"), true)),
            Map.entry("llama", new PeftFamily(LLAMA, true)),
            Map.entry("mistral", new PeftFamily(LLAMA, true)),
            Map.entry("qwen2", new PeftFamily(LLAMA, true)),
            Map.entry("qwen3", new PeftFamily(LLAMA, true)));

    /**
     * Returns the support for a {@code model_type}.
     *
     * @throws AdapterException if the type is not listed
     */
    static PeftFamily of(String type) {
        PeftFamily family = BY_TYPE.get(type);
        if (family == null) {
            throw unknown(type);
        }
        return family;
    }

    /** Returns an error about a type that is not listed. */
    static AdapterException unknown(String type) {
        return new AdapterException("Adapters of Hugging Face PEFT are for backbones of the families "
                + String.join(", ", new TreeSet<>(BY_TYPE.keySet())) + ", not '" + type + "'");
    }
}
