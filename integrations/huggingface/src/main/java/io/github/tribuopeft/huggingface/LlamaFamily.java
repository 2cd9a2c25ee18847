package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.architecture.Llama;
import io.github.tribuopeft.architecture.Llama.Part;
import io.github.tribuopeft.architecture.SlidingWindow;
import io.github.tribuopeft.backbone.Architecture;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Llama and the families that are told from it by a part or two.
 *
 * @param biases how a configuration says which maps have biases
 * @param window how it says which layers have a sliding window
 * @param parts what the family always has beside Llama's own parts
 */
record LlamaFamily(Biases biases, Windows window, Set<Part> parts) implements Family {

    /** Biases by configuration. */
    @FunctionalInterface
    interface Biases {
        Set<Part> of(ConfigFile config);
    }

    /** Sliding windows by configuration. */
    @FunctionalInterface
    interface Windows {
        SlidingWindow of(ConfigFile config);
    }

    static LlamaFamily llama() {
        return new LlamaFamily(LlamaFamily::statedBiases, config -> SlidingWindow.NONE, Set.of());
    }

    static LlamaFamily mistral() {
        return new LlamaFamily(config -> Set.of(), LlamaFamily::allLayers, Set.of());
    }

    static LlamaFamily qwen2() {
        return new LlamaFamily(config -> Set.of(), LlamaFamily::upperLayers, Set.of(Part.QUERY_KEY_VALUE_BIASES));
    }

    static LlamaFamily qwen3() {
        return new LlamaFamily(LlamaFamily::statedBiases, LlamaFamily::upperLayers, Set.of(Part.HEAD_NORMS));
    }

    private static Set<Part> statedBiases(ConfigFile config) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        if (config.flag("attention_bias", false)) {
            parts.addAll(Set.of(Part.QUERY_KEY_VALUE_BIASES, Part.ATTENTION_OUTPUT_BIAS));
        }
        if (config.flag("mlp_bias", false)) {
            parts.add(Part.FEED_FORWARD_BIASES);
        }
        return parts;
    }

    /** Mistral's windows: in all layers, if at all. */
    private static SlidingWindow allLayers(ConfigFile config) {
        return new SlidingWindow(config.json().has("sliding_window") ? config.integer("sliding_window", 0) : 4096, 0);
    }

    /** Qwen's windows: in layers from {@code max_window_layers} on, if at all. Transformers 5 lists the layers one by one beside it. */
    private static SlidingWindow upperLayers(ConfigFile config) {
        SlidingWindow window = config.flag("use_sliding_window", false)
                ? new SlidingWindow(config.integer("sliding_window", 4096), config.integer("max_window_layers", 28))
                : SlidingWindow.NONE;
        JsonNode types = config.json().path("layer_types");
        for (int i = 0; i < types.size(); i++) {
            String expected = window.width() > 0 && i >= window.firstLayer() ? "sliding_attention" : "full_attention";
            if (!types.get(i).asText().equals(expected)) {
                throw config.unsupported(
                        "layer_types",
                        types.get(i).asText(),
                        "'" + expected + "' in layer " + i + ", as use_sliding_window and max_window_layers say");
            }
        }
        return window;
    }

    @Override
    public Architecture architecture(ConfigFile config) {
        config.require("hidden_act", "silu", "swish");
        int hidden = config.integer("hidden_size");
        int heads = config.integer("num_attention_heads");
        Set<Part> all = EnumSet.noneOf(Part.class);
        all.addAll(parts);
        all.addAll(biases.of(config));
        if (!config.flag("tie_word_embeddings", false)) {
            all.add(Part.LM_HEAD);
        }
        return new Llama(
                        config.integer("vocab_size"),
                        config.integer("max_position_embeddings"),
                        hidden,
                        config.integer("num_hidden_layers"),
                        heads,
                        config.has("num_key_value_heads") ? config.integer("num_key_value_heads") : heads,
                        config.has("head_dim") ? config.integer("head_dim") : hidden / heads,
                        config.integer("intermediate_size"),
                        config.real("rms_norm_eps"),
                        RotaryConfig.of(config),
                        window.of(config),
                        all)
                .architecture();
    }

    @Override
    public List<String> prefixes() {
        return List.of("model.");
    }

    @Override
    public List<ClassifierLayout> heads() {
        return ClassifierLayout.ofDecoder("score");
    }
}
