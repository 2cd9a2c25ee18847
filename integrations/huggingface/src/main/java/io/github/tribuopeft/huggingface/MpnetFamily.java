package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.architecture.BertVariant;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.head.DenseLayer;
import java.util.List;

/** MPNet: BERT without token types and with a bias of attention by distance, under names of its own. */
final class MpnetFamily implements Family {

    /** The row of padding and the one below it, whatever the configuration says of padding. */
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
    public List<ClassifierLayout> heads() {
        return ClassifierLayout.ofEncoder(DenseLayer.TANH, "classifier.dense", false, "classifier.out_proj");
    }

    @Override
    public boolean takesPrefixesInPeft() {
        return false;
    }

    @Override
    public TensorLocation stored(String weight) {
        return TensorLocation.whole(weight.replace("attention.self.query", "attention.attn.q")
                .replace("attention.self.key", "attention.attn.k")
                .replace("attention.self.value", "attention.attn.v")
                .replace("attention.output.dense", "attention.attn.o")
                .replace("attention.output.LayerNorm", "attention.LayerNorm"));
    }
}
