package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import java.util.Map;
import java.util.TreeMap;

/** The families that there are programs for, by the {@code model_type} of their {@code config.json}. */
final class Families {

    private static final Map<String, Family> BY_TYPE = new TreeMap<>(Map.ofEntries(
            Map.entry("bert", new BertFamily()),
            Map.entry("roberta", new RobertaFamily()),
            Map.entry("xlm-roberta", new RobertaFamily()),
            Map.entry("distilbert", new DistilBertFamily()),
            Map.entry("electra", new ElectraFamily()),
            Map.entry("mpnet", new MpnetFamily()),
            Map.entry("modernbert", new ModernBertFamily()),
            Map.entry("gpt2", new Gpt2Family()),
            Map.entry("llama", LlamaFamily.llama()),
            Map.entry("mistral", LlamaFamily.mistral()),
            Map.entry("qwen2", LlamaFamily.qwen2()),
            Map.entry("qwen3", LlamaFamily.qwen3())));

    private Families() {}

    /**
     * The family of an architecture, wherever its checkpoint comes from.
     *
     * @throws AdapterException if transformers has no such family
     */
    static Family of(Architecture architecture) {
        Family family = BY_TYPE.get(architecture.family());
        if (family == null) {
            throw new AdapterException("Adapters of Hugging Face PEFT are for backbones of the families "
                    + String.join(", ", BY_TYPE.keySet()) + ", not '" + architecture.family() + "'");
        }
        return family;
    }

    /**
     * The family of a configuration.
     *
     * @throws BackboneException if there is no program for its type
     */
    static Family of(ConfigFile config) {
        String type = config.text("model_type", "");
        Family family = BY_TYPE.get(type);
        if (family == null) {
            throw new BackboneException(config.file() + ": there is no program for model_type '" + type
                    + "'; known are " + String.join(", ", BY_TYPE.keySet()));
        }
        return family;
    }
}
