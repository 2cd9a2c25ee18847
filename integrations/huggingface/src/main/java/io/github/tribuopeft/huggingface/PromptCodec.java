package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A prompt, {@code prompt_embeddings} [P, E]. PEFT keeps no more of P-tuning than the rows that its network made, so both kinds are the same but for
 * settings.
 *
 * @param type the value of {@code peft_type}
 * @param method the method's name
 * @param settings settings that PEFT writes and that loading does not depend on
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

    @Override
    public Pooling read(Pooling bare) {
        return AdapterCodec.firstOfAll(bare);
    }

    @Override
    public Adapter read(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
        int count = config.integer("num_virtual_tokens");
        int width = target.shape().embedding();
        config.expect("num_transformer_submodules", 1);
        config.expect("token_dim", width);
        Tensor rows = tensors.take(ROWS, count, width);
        return new Adapter(
                Map.of(AdapterEntry.PROMPT.of(), new Tensor(new Shape(1, count, width), rows.values())),
                new VirtualTokens(count, Placement.BEFORE));
    }

    @Override
    public Written write(Adapter adapter, AdapterTarget target, TaskType task) {
        VirtualTokens virtual = adapter.virtualTokens();
        if (virtual.placement() != Placement.BEFORE) {
            throw new AdapterException(
                    "PEFT numbers a prompt's rows before the text, but this model was trained with placement "
                            + virtual.placement() + "; train with placement BEFORE to export it");
        }
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Tensor prompt = entries.remove(AdapterEntry.PROMPT.of());
        target.requireKnown(entries.keySet(), method, type);
        Map<String, Object> written =
                PrefixCodec.promptLearning(virtual.count(), target.shape().layers(), target.attentionHeads());
        written.put("token_dim", target.shape().embedding());
        written.putAll(settings);
        return new Written(
                written,
                Map.of(
                        ROWS,
                        new Tensor(new Shape(virtual.count(), target.shape().embedding()), prompt.values())));
    }
}
