package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Codec of a prefix, {@code prompt_embeddings} [P, L * 2 * N * D]: the keys and values of all layers. A row contains
 * the layers in order, in each layer the key before the value, and in each of them the heads in order.
 */
record PrefixCodec() implements AdapterCodec {

    private static final String ROWS = "prompt_embeddings";

    @Override
    public String type() {
        return "PREFIX_TUNING";
    }

    @Override
    public String method() {
        return "prefix-tuning";
    }

    @Override
    public Set<String> keys() {
        return keys("prefix_projection", "encoder_hidden_size", "init_weights");
    }

    @Override
    public Adapter decode(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
        ModelDimensions shape = target.shape();
        int count = config.integer("num_virtual_tokens");
        config.expect("num_transformer_submodules", 1);
        config.expect("num_layers", shape.layers());
        config.expect("num_attention_heads", shape.keyValueHeads());
        config.expect("token_dim", shape.keyValueHeads() * shape.headWidth());
        Tensor rows = tensors.take(ROWS, count, columns(shape));
        Map<String, Tensor> entries = new HashMap<>();
        for (int slot = 0; slot < 2 * shape.layers(); slot++) {
            Tensor entry = Tensor.zeros(1, shape.keyValueHeads(), count, shape.headWidth());
            copy(slot, shape, count, rows.values(), entry.values(), true);
            entries.put(name(slot), entry);
        }
        return new Adapter(entries, new VirtualTokens(count, Placement.BEFORE));
    }

    @Override
    public EncodedAdapter encode(Adapter adapter, AdapterTarget target, TaskType task) {
        ModelDimensions shape = target.shape();
        if (!target.hasPrefixTuning()) {
            throw new AdapterException("PEFT has no prefixes for backbones of family '" + target.familyName()
                    + "', because transformers' models of this family do not accept keys and values;"
                    + " a prompt, LoRA or IA3 can be exported");
        }
        int count = adapter.virtualTokens().count();
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Tensor rows = Tensor.zeros(count, columns(shape));
        for (int slot = 0; slot < 2 * shape.layers(); slot++) {
            Tensor entry = entries.remove(name(slot));
            if (entry == null) {
                throw new AdapterException("PEFT has prefixes in every layer, but this model has none in layer "
                        + slot / 2 + "; train with a prefix in all " + shape.layers() + " layers to export it");
            }
            copy(slot, shape, count, rows.values(), entry.values(), false);
        }
        target.requireAllEncoded(entries.keySet(), this);
        Map<String, Object> settings = promptLearning(count, shape.layers(), shape.keyValueHeads());
        settings.put("token_dim", shape.keyValueHeads() * shape.headWidth());
        settings.put("encoder_hidden_size", null);
        settings.put("prefix_projection", false);
        return new EncodedAdapter(settings, Map.of(ROWS, rows));
    }

    /** Returns the settings of all types with virtual tokens. */
    static Map<String, Object> promptLearning(int count, int layers, int heads) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("num_virtual_tokens", count);
        settings.put("num_layers", layers);
        settings.put("num_attention_heads", heads);
        settings.put("num_transformer_submodules", 1);
        return settings;
    }

    /** Returns the keys of all types with virtual tokens, and others. */
    static Set<String> keys(String... others) {
        Set<String> keys = new HashSet<>(promptLearning(0, 0, 0).keySet());
        keys.add("token_dim");
        keys.addAll(List.of(others));
        return keys;
    }

    private static int columns(ModelDimensions shape) {
        return shape.layers() * 2 * shape.keyValueHeads() * shape.headWidth();
    }

    private static String name(int slot) {
        return (slot % 2 == 0 ? AdapterEntry.PREFIX_KEY : AdapterEntry.PREFIX_VALUE).of(slot / 2);
    }

    /** Copies a slot from PEFT's rows to an entry [1, N, P, D], or back. */
    private static void copy(int slot, ModelDimensions shape, int count, float[] rows, float[] entry, boolean toEntry) {
        int width = shape.headWidth();
        for (int head = 0; head < shape.keyValueHeads(); head++) {
            for (int t = 0; t < count; t++) {
                int inRows = t * columns(shape) + (slot * shape.keyValueHeads() + head) * width;
                int inEntry = (head * count + t) * width;
                if (toEntry) {
                    System.arraycopy(rows, inRows, entry, inEntry, width);
                } else {
                    System.arraycopy(entry, inEntry, rows, inRows, width);
                }
            }
        }
    }
}
