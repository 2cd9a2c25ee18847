package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Bert;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The architectures that can be read from a {@code config.json}, by their {@code model_type} there. */
enum Family {
    /** BERT and everything that calls itself so. */
    BERT("bert") {
        @Override
        Architecture read(ConfigFile config) {
            config.require("hidden_act", "gelu");
            return new Bert(
                            config.integer("vocab_size"),
                            config.integer("max_position_embeddings"),
                            config.integer("type_vocab_size"),
                            config.integer("hidden_size"),
                            config.integer("num_hidden_layers"),
                            config.integer("num_attention_heads"),
                            config.integer("intermediate_size"),
                            config.real("layer_norm_eps"))
                    .architecture();
        }
    };

    private final String modelType;

    Family(String modelType) {
        this.modelType = modelType;
    }

    abstract Architecture read(ConfigFile config);

    /**
     * Reads the architecture of a configuration.
     *
     * @throws BackboneException if it is of an unknown type, or a value is missing or out of its range
     */
    static Architecture architecture(JsonNode config, Path file) {
        String type = config.path("model_type").asText("");
        for (Family family : values()) {
            if (family.modelType.equals(type)) {
                try {
                    return family.read(new ConfigFile(config, file));
                } catch (IllegalArgumentException e) {
                    throw new BackboneException(file + ": " + e.getMessage(), e);
                }
            }
        }
        throw new BackboneException(file + ": there is no program for model_type '" + type + "'; known are "
                + Arrays.stream(values()).map(family -> family.modelType).collect(Collectors.joining(", ")));
    }
}
