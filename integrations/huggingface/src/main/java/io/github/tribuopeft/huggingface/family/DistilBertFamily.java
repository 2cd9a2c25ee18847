package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.architecture.BertVariant;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;

/** DistilBERT: BERT without token types, with other names of weights. */
final class DistilBertFamily implements Family {

    /** the value in transformers, which a configuration cannot change */
    private static final double EPSILON = 1e-12;

    @Override
    public Architecture architecture(ConfigFile config) {
        config.require("activation", "gelu");
        Bert sizes = new Bert(
                config.integer("vocab_size"),
                config.integer("max_position_embeddings"),
                0,
                config.integer("dim"),
                config.integer("n_layers"),
                config.integer("n_heads"),
                config.integer("hidden_dim"),
                EPSILON);
        return new BertVariant("distilbert", sizes, sizes.hidden(), 0, 0).architecture();
    }

    @Override
    public List<String> prefixes() {
        return List.of("distilbert.");
    }

    @Override
    public TensorLocation locate(String weight) {
        return TensorLocation.whole(weight.replace("encoder.layer.", "transformer.layer.")
                .replace("attention.self.query", "attention.q_lin")
                .replace("attention.self.key", "attention.k_lin")
                .replace("attention.self.value", "attention.v_lin")
                .replace("attention.output.dense", "attention.out_lin")
                .replace("attention.output.LayerNorm", "sa_layer_norm")
                .replace("intermediate.dense", "ffn.lin1")
                .replace("output.dense", "ffn.lin2")
                .replace("output.LayerNorm", "output_layer_norm"));
    }
}
