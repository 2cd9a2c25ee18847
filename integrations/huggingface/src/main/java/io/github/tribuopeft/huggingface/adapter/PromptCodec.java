package io.github.tribuopeft.huggingface.adapter;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Codec of a prompt, {@code prompt_embeddings} [P, E]. For P-tuning, PEFT saves only the output of the prompt
 * network, so prompt tuning and P-tuning differ only in their settings.
 *
 * @param type value of {@code peft_type}
 * @param method name of the method
 * @param settings settings that PEFT writes and does not need for loading
 */
record PromptCodec(String type, String method, Map<String, Object> settings) implements AdapterCodec {

    private static final String ROWS = "prompt_embeddings";

    static PromptCodec promptTuning() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("prompt_tuning_init", "RANDOM");
        settings.put("prompt_tuning_init_text", null);
        settings.put("tokenizer_name_or_path", null);
        return new PromptCodec("PROMPT_TUNING", "prompt-tuning", settings);
    }

    static PromptCodec pTuning() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("encoder_reparameterization_type", "MLP");
        settings.put("encoder_hidden_size", null);
        settings.put("encoder_num_layers", 2);
        settings.put("encoder_dropout", 0.0);
        return new PromptCodec("P_TUNING", "p-tuning", settings);
    }

    @Override
    public Set<String> keys() {
        Set<String> keys = PrefixCodec.keys("tokenizer_kwargs");
        keys.addAll(settings.keySet());
        return keys;
    }

    /** Returns the first virtual token for the first token: PEFT pools the first row, which belongs to the prompt. */
    @Override
    public Pooling pooling(Pooling withoutAdapter) {
        return withoutAdapter == TextPooling.CLS ? TextPooling.FIRST_VIRTUAL : withoutAdapter;
    }

    @Override
    public Adapter decode(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
        int count = config.integer("num_virtual_tokens");
        int width = target.shape().embedding();
        config.expect("num_transformer_submodules", 1);
        config.expect("token_dim", width);
        Tensor rows = tensors.take(ROWS, count, width);
        return new Adapter(
                Map.of("prompt", new Tensor(new Shape(1, count, width), rows.values())),
                new VirtualTokens(count, Placement.BEFORE));
    }

    @Override
    public EncodedAdapter encode(Adapter adapter, AdapterTarget target, TaskType task) {
        VirtualTokens virtual = adapter.virtualTokens();
        if (virtual.placement() != Placement.BEFORE) {
            throw new AdapterException(
                    "PEFT numbers the rows of a prompt before the text, but this model was trained with placement "
                            + virtual.placement() + "; train with placement BEFORE to export it");
        }
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Tensor prompt = entries.remove("prompt");
        target.requireAllEncoded(entries.keySet(), this);
        Map<String, Object> encoded =
                PrefixCodec.promptLearning(virtual.count(), target.shape().layers(), target.attentionHeads());
        encoded.put("token_dim", target.shape().embedding());
        encoded.putAll(settings);
        return new EncodedAdapter(
                encoded,
                Map.of(
                        ROWS,
                        new Tensor(new Shape(virtual.count(), target.shape().embedding()), prompt.values())));
    }
}
