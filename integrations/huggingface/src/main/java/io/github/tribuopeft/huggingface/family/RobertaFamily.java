package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.BertVariant;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;

/** RoBERTa and XLM-RoBERTa: BERT whose position embeddings start after the id of the padding token. */
final class RobertaFamily implements Family {

    @Override
    public Architecture architecture(ConfigFile config) {
        int offset = config.integer("pad_token_id", 1) + 1;
        int positions = config.integer("max_position_embeddings") - offset;
        return new BertVariant(
                        config.text("model_type", ""),
                        BertFamily.sizes(config, positions, config.integer("type_vocab_size")),
                        config.integer("hidden_size"),
                        offset,
                        0)
                .architecture();
    }

    @Override
    public List<String> prefixes() {
        return List.of("roberta.");
    }
}
