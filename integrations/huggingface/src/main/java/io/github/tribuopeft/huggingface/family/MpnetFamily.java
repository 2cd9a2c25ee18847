package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.BertVariant;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;

/** MPNet: BERT without token types, with an attention bias by distance and other names of weights. */
final class MpnetFamily implements Family {

    /** Number of position embeddings before that of the first token; the configuration cannot change it. */
    private static final int OFFSET = 2;

    @Override
    public Architecture architecture(ConfigFile config) {
        config.require("relative_attention_num_buckets", "32");
        return new BertVariant(
                        "mpnet",
                        BertFamily.sizes(config, config.integer("max_position_embeddings") - OFFSET, 0),
                        config.integer("hidden_size"),
                        OFFSET,
                        32)
                .architecture();
    }

    @Override
    public List<String> prefixes() {
        return List.of("mpnet.");
    }

    @Override
    public TensorLocation locate(String weight) {
        return TensorLocation.whole(weight.replace("attention.self.query", "attention.attn.q")
                .replace("attention.self.key", "attention.attn.k")
                .replace("attention.self.value", "attention.attn.v")
                .replace("attention.output.dense", "attention.attn.o")
                .replace("attention.output.LayerNorm", "attention.LayerNorm"));
    }
}
