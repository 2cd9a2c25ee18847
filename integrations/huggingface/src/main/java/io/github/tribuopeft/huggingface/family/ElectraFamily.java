package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.BertVariant;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;

/** ELECTRA discriminators: BERT whose embeddings may be narrower than its layers. */
final class ElectraFamily implements Family {

    @Override
    public Architecture architecture(ConfigFile config) {
        return new BertVariant(
                        "electra",
                        BertFamily.sizes(
                                config, config.integer("max_position_embeddings"), config.integer("type_vocab_size")),
                        config.integer("embedding_size"),
                        0,
                        0)
                .architecture();
    }

    @Override
    public List<String> prefixes() {
        return List.of("electra.");
    }
}
