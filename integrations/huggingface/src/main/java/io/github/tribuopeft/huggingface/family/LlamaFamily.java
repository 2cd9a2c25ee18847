package io.github.tribuopeft.huggingface.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.architecture.Llama;
import io.github.tribuopeft.architecture.Llama.Part;
import io.github.tribuopeft.architecture.SlidingWindow;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Llama and the families that differ from it in a few parts.
 *
 * @param biases reads the layers with biases from a configuration
 * @param window reads the sliding window from a configuration
 * @param parts parts that the family always has in addition to those of Llama
 */
record LlamaFamily(Biases biases, Windows window, Set<Part> parts) implements Family {

    /** Reads the parts with biases from a configuration. */
    @FunctionalInterface
    interface Biases {
        Set<Part> of(ConfigFile config);
    }

    /** Reads the sliding window from a configuration. */
    @FunctionalInterface
    interface Windows {
        SlidingWindow of(ConfigFile config);
    }

    static LlamaFamily llama() {
        return new LlamaFamily(LlamaFamily::configuredBiases, config -> SlidingWindow.NONE, Set.of());
    }

    static LlamaFamily mistral() {
        return new LlamaFamily(config -> Set.of(), LlamaFamily::allLayers, Set.of());
    }

    static LlamaFamily qwen2() {
        return new LlamaFamily(config -> Set.of(), LlamaFamily::upperLayers, Set.of(Part.QUERY_KEY_VALUE_BIASES));
    }

    static LlamaFamily qwen3() {
        return new LlamaFamily(LlamaFamily::configuredBiases, LlamaFamily::upperLayers, Set.of(Part.HEAD_NORMS));
    }

    private static Set<Part> configuredBiases(ConfigFile config) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        if (config.flag("attention_bias", false)) {
            parts.addAll(Set.of(Part.QUERY_KEY_VALUE_BIASES, Part.ATTENTION_OUTPUT_BIAS));
        }
        if (config.flag("mlp_bias", false)) {
            parts.add(Part.FEED_FORWARD_BIASES);
        }
        return parts;
    }

    /** Reads the window of Mistral, which all layers or none have. */
    private static SlidingWindow allLayers(ConfigFile config) {
        return new SlidingWindow(config.json().has("sliding_window") ? config.integer("sliding_window", 0) : 4096, 0);
    }

    /**
     * Reads the window of Qwen, which the layers from {@code max_window_layers} or none have. Transformers 5 also
     * lists the type of each layer.
     */
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
                        "'" + expected + "' in layer " + i + ", according to use_sliding_window and max_window_layers");
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
}
