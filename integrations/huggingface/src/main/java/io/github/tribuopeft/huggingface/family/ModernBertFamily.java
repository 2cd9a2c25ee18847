package io.github.tribuopeft.huggingface.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.architecture.ModernBert;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;
import java.util.Optional;

/**
 * ModernBERT. Its checkpoints contain queries, keys and values in one fused layer, and gate and up projection in
 * another.
 */
final class ModernBertFamily implements Family {

    private static final String GLOBAL = "full_attention";
    private static final String LOCAL = "sliding_attention";

    private static final List<String> WQKV = List.of(".attn.query.", ".attn.key.", ".attn.value.");
    private static final List<String> WI = List.of(".mlp.gate.", ".mlp.up.");

    @Override
    public Architecture architecture(ConfigFile config) {
        config.require("hidden_activation", "gelu");
        config.require("attention_bias", "false");
        config.require("mlp_bias", "false");
        config.require("norm_bias", "false");
        double globalBase = base(config, GLOBAL, "global_rope_theta");
        return new ModernBert(
                        config.integer("vocab_size"),
                        config.integer("max_position_embeddings"),
                        config.integer("hidden_size"),
                        config.integer("num_hidden_layers"),
                        config.integer("num_attention_heads"),
                        config.integer("intermediate_size"),
                        config.real("norm_eps"),
                        globalEvery(config),
                        config.integer("local_attention") / 2,
                        globalBase,
                        base(config, LOCAL, "local_rope_theta"))
                .architecture();
    }

    /** Reads the rotary base of a type of layer, as transformers 5 or transformers 4 writes it. */
    private static double base(ConfigFile config, String layerType, String oldKey) {
        JsonNode parameters = config.json().path("rope_parameters").path(layerType);
        if (parameters.isMissingNode()) {
            return config.real(oldKey);
        }
        ConfigFile rope = new ConfigFile(parameters, config.file());
        rope.require("rope_type", "default");
        return rope.real("rope_theta");
    }

    /** Reads the interval of layers with global attention. Transformers 5 lists the type of each layer instead. */
    private static int globalEvery(ConfigFile config) {
        JsonNode types = config.json().path("layer_types");
        if (types.isMissingNode()) {
            return config.integer("global_attn_every_n_layers");
        }
        int every = 1;
        while (every < types.size() && !types.get(every).asText().equals(GLOBAL)) {
            every++;
        }
        for (int i = 0; i < types.size(); i++) {
            String expected = i % every == 0 ? GLOBAL : LOCAL;
            if (!types.get(i).asText().equals(expected)) {
                throw new BackboneException(config.file() + ": 'layer_types' has '"
                        + types.get(i).asText() + "' at layer " + i + ", but this architecture's program computes '"
                        + GLOBAL + "' in every n-th layer from the first and '" + LOCAL + "' in the others");
            }
        }
        return every;
    }

    @Override
    public List<String> prefixes() {
        return List.of("model.");
    }

    @Override
    public TensorLocation locate(String weight) {
        return part(weight, WQKV, ".attn.Wqkv.")
                .or(() -> part(weight, WI, ".mlp.Wi."))
                .orElse(TensorLocation.whole(weight));
    }

    private static Optional<TensorLocation> part(String weight, List<String> parts, String fused) {
        return parts.stream()
                .filter(weight::contains)
                .map(part -> new TensorLocation(weight.replace(part, fused), parts.indexOf(part), parts.size(), false))
                .findFirst();
    }
}
