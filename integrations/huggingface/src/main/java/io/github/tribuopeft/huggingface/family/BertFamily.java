package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;

/** BERT. */
final class BertFamily implements Family {

    @Override
    public Architecture architecture(ConfigFile config) {
        return sizes(config, config.integer("max_position_embeddings"), config.integer("type_vocab_size"))
                .architecture();
    }

    /**
     * Reads the values that BERT and its relatives have in common, and checks that the model is an encoder of this
     * type.
     */
    static Bert sizes(ConfigFile config, int positions, int types) {
        config.require("hidden_act", "gelu");
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", "false");
        return new Bert(
                config.integer("vocab_size"),
                positions,
                types,
                config.integer("hidden_size"),
                config.integer("num_hidden_layers"),
                config.integer("num_attention_heads"),
                config.integer("intermediate_size"),
                config.real("layer_norm_eps"));
    }

    @Override
    public List<String> prefixes() {
        return List.of("bert.");
    }
}
