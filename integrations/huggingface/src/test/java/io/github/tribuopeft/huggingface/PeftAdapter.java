package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneShape;
import io.github.tribuopeft.backbone.LinearMap;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.VocabularyRows;
import java.util.Arrays;
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
    Map<String, Tensor> trained(Architecture architecture, Family family) {
        Map<String, Tensor> tensors = tensors("adapter_model.safetensors", "", architecture, family);
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

    /** Gradients of the sum of grad_weights times the real tokens' states; that of a fused map's A is the sum of those of its pieces. */
    Map<String, Tensor> gradients(Architecture architecture, Family family) {
        return tensors("golden.safetensors", "grad.", architecture, family);
    }

    private Map<String, Tensor> tensors(String file, String lead, Architecture architecture, Family family) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (String stored : golden.names(file)) {
            if (stored.equals(lead + "prompt_embeddings")) {
                tensors.putAll(entries(golden.tensor(file, stored), architecture.shape()));
            } else if (stored.startsWith(lead)) {
                for (LinearMap map : architecture.linearMaps()) {
                    Stored where = family.stored(map.name() + ".weight");
                    int at = stored.indexOf("." + where.name().replace(".weight", "."));
                    if (at >= 0) {
                        String kind = stored.substring(
                                at + where.name().replace(".weight", ".").length() + 1);
                        put(tensors, map.name(), kind, where, golden.tensor(file, stored));
                    }
                }
            }
        }
        return tensors;
    }

    /** Puts what a fused map got to one of the maps that it is made of: the same A, and their own part of what it gives. */
    private static void put(Map<String, Tensor> tensors, String map, String kind, Stored where, Tensor tensor) {
        if (kind.equals("lora_A.weight")) {
            tensors.put(map + ".lora.A", tensor);
        } else if (kind.equals("lora_B.weight")) {
            tensors.put(map + ".lora.B", rows(tensor, where));
        } else if (kind.equals("ia3_l")) {
            // [out, 1] scales what the map gives, [1, in] what it takes
            boolean given = tensor.shape().get(1) == 1;
            Tensor factors = given ? rows(tensor, where) : tensor;
            tensors.put(
                    map + (given ? ".scale.out" : ".scale.in"),
                    new Tensor(new Shape(factors.size()), factors.values()));
        }
    }

    /** The gradient that PEFT's tensor behind one of ours has: the pieces of a fused map share one A, whose gradients add up. */
    static float[] fused(String name, Map<String, Tensor> gradients, Architecture architecture, Family family) {
        float[] sum = gradients.get(name).values().clone();
        if (name.endsWith(".lora.A")) {
            String map = name.replace(".lora.A", "");
            String stored = family.stored(map + ".weight").name();
            for (LinearMap other : architecture.linearMaps()) {
                if (!other.name().equals(map)
                        && family.stored(other.name() + ".weight").name().equals(stored)) {
                    float[] more = gradients.get(other.name() + ".lora.A").values();
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += more[i];
                    }
                }
            }
        }
        return sum;
    }

    private static Tensor rows(Tensor tensor, Stored where) {
        int size = tensor.size() / where.parts();
        return new Tensor(
                new Shape(tensor.shape().get(0) / where.parts(), tensor.shape().get(1)),
                Arrays.copyOfRange(tensor.values(), where.part() * size, (where.part() + 1) * size));
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
