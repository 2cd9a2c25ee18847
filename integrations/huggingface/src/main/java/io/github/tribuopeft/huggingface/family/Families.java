package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Supported families by the {@code model_type} of their {@code config.json}. */
public final class Families {

    private static final SortedMap<String, Family> BY_TYPE = new TreeMap<>(Map.ofEntries(
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

    /** Returns the supported values of {@code model_type}. */
    public static SortedSet<String> types() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(BY_TYPE.keySet()));
    }

    /** Returns the family with a {@code model_type}; empty if it is not supported. */
    public static Optional<Family> find(String type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    /**
     * Returns the family of a configuration.
     *
     * @throws BackboneException if its {@code model_type} is not supported
     */
    public static Family of(ConfigFile config) {
        String type = config.text("model_type", "");
        return find(type)
                .orElseThrow(() -> new BackboneException(config.file() + ": there is no program for model_type '" + type
                        + "'; known are " + String.join(", ", types())));
    }
}
