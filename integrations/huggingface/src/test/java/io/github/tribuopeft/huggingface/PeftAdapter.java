package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneShape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.VocabularyRows;
import java.util.HashMap;
import java.util.Map;

/** An adapter as PEFT saved it, with what it computes, under the names that our methods train by. */
record PeftAdapter(Golden golden) {

    /** The method that PEFT's configuration describes. */
    PeftMethod method() {
        JsonNode config = golden.json("adapter_config.json");
        int count = config.path("num_virtual_tokens").asInt();
        String type = config.get("peft_type").asText();
        return switch (type) {
            // PEFT keeps no more of P-tuning than the prompt that its network made
            case "PROMPT_TUNING", "P_TUNING" -> new PromptTuning(count, new VocabularyRows(), Placement.BEFORE);
            case "PREFIX_TUNING" ->
                PrefixTuning.builder()
                        .virtualTokens(count)
                        .placement(Placement.BEFORE)
                        .dropout(0)
                        .build();
            case "LORA" ->
                LoRA.builder()
                        .rank(config.get("r").asInt())
                        .alpha(config.get("lora_alpha").asDouble())
                        .build();
            case "IA3" -> new IA3();
            default -> throw new IllegalArgumentException(type);
        };
    }

    /** What the method trains. */
    Map<String, Tensor> trained(BackboneShape shape) {
        Map<String, Tensor> tensors = tensors("adapter_model.safetensors", "", shape);
        tensors.replaceAll((name, tensor) -> name.contains(".scale.") ? distanceFromOne(tensor) : tensor);
        return tensors;
    }

    private static Tensor distanceFromOne(Tensor factors) {
        float[] distances = new float[factors.size()];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = factors.values()[i] - 1f;
        }
        return new Tensor(factors.shape(), distances);
    }

    /** Gradients of the sum of grad_weights times the real tokens' states. */
    Map<String, Tensor> gradients(BackboneShape shape) {
        return tensors("golden.safetensors", "grad.", shape);
    }

    private Map<String, Tensor> tensors(String file, String lead, BackboneShape shape) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (String stored : golden.names(file)) {
            if (stored.equals(lead + "prompt_embeddings")) {
                tensors.putAll(entries(golden.tensor(file, stored), shape));
            } else if (stored.startsWith(lead) && stored.contains(".encoder.layer.")) {
                String name = stored.substring(stored.indexOf("encoder.layer."));
                Tensor tensor = golden.tensor(file, stored);
                if (name.endsWith(".ia3_l")) {
                    // [out, 1] scales what the map gives, [1, in] what it takes
                    String side = tensor.shape().get(1) == 1 ? ".scale.out" : ".scale.in";
                    name = name.replace(".ia3_l", side);
                    tensor = new Tensor(new Shape(tensor.size()), tensor.values());
                }
                tensors.put(name.replace(".lora_A.weight", ".lora.A").replace(".lora_B.weight", ".lora.B"), tensor);
            }
        }
        return tensors;
    }

    /** PEFT's rows as entries of ours: [V, E] is a prompt, [V, layers * 2 * N * D] keys and values of all layers. */
    static Map<String, Tensor> entries(Tensor packed, BackboneShape shape) {
        int count = (int) packed.shape().get(0);
        int columns = (int) packed.shape().get(1);
        if (columns == shape.embedding()) {
            return Map.of("prompt", new Tensor(new Shape(1, count, columns), packed.values()));
        }
        int heads = shape.keyValueHeads();
        int width = shape.headWidth();
        Map<String, Tensor> entries = new HashMap<>();
        for (int slot = 0; slot < 2 * shape.layers(); slot++) {
            float[] values = new float[heads * count * width];
            for (int t = 0; t < count; t++) {
                for (int head = 0; head < heads; head++) {
                    int from = t * columns + (slot * heads + head) * width;
                    System.arraycopy(packed.values(), from, values, (head * count + t) * width, width);
                }
            }
            String name = "prefix." + slot / 2 + (slot % 2 == 0 ? ".key" : ".value");
            entries.put(name, new Tensor(new Shape(1, heads, count, width), values));
        }
        return entries;
    }
}
