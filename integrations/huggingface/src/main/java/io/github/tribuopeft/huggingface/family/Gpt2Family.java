package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.Gpt2;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** GPT-2. Its checkpoints contain linear layers as [in, out], and queries, keys and values in one fused layer. */
final class Gpt2Family implements Family {

    private static final Pattern LINEAR =
            Pattern.compile("(h\\.\\d+\\.(?:attn|mlp)\\.)(query|key|value|c_proj|c_fc)(\\.weight|\\.bias)");
    private static final List<String> FUSED = List.of("query", "key", "value");

    @Override
    public Architecture architecture(ConfigFile config) {
        config.require("activation_function", "gelu_new", "gelu_pytorch_tanh");
        config.require("scale_attn_weights", "true");
        config.require("scale_attn_by_inverse_layer_idx", "false");
        config.require("add_cross_attention", "false");
        int hidden = config.integer("n_embd");
        return new Gpt2(
                        config.integer("vocab_size"),
                        config.integer("n_positions"),
                        hidden,
                        config.integer("n_layer"),
                        config.integer("n_head"),
                        config.has("n_inner") ? config.integer("n_inner") : 4 * hidden,
                        config.real("layer_norm_epsilon"),
                        !config.flag("tie_word_embeddings", true))
                .architecture();
    }

    @Override
    public List<String> prefixes() {
        return List.of("transformer.");
    }

    @Override
    public TensorLocation locate(String weight) {
        Matcher layer = LINEAR.matcher(weight);
        if (!layer.matches()) {
            return TensorLocation.whole(weight);
        }
        int part = FUSED.indexOf(layer.group(2));
        return part < 0
                ? new TensorLocation(weight, 0, 1, true)
                : new TensorLocation(layer.group(1) + "c_attn" + layer.group(3), part, FUSED.size(), true);
    }
}
