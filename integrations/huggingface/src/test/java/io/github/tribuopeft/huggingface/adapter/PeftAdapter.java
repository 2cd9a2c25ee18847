package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.family.Families;
import io.github.tribuopeft.huggingface.family.Family;
import io.github.tribuopeft.huggingface.family.TensorLocation;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An adapter that PEFT saved, with its outputs.
 *
 * @param golden folder of the adapter
 * @param family family of the backbone
 */
public record PeftAdapter(Golden golden, Family family) {

    private static final String FILE = "adapter_model.safetensors";

    /** Returns an adapter of a golden model, such as {@code lora_seq_cls}. */
    public static PeftAdapter of(Golden model, String adapter) {
        return new PeftAdapter(model.in("adapters/" + adapter), Families.of(model.config("config.json")));
    }

    /** Returns the method that corresponds to PEFT's configuration. */
    public PeftMethod method() {
        JsonNode config = golden.json("adapter_config.json");
        int count = config.path("num_virtual_tokens").asInt();
        String type = config.get("peft_type").asText();
        return switch (type) {
            // for P-tuning, PEFT saves only the output of the prompt network
            case "PROMPT_TUNING", "P_TUNING" ->
                new PromptTuning(count, new SampledVocabularyInitializer(), Placement.BEFORE);
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

    /** Returns the tensors under the names that the method trains. */
    public Map<String, Tensor> trained(Architecture architecture) {
        Map<String, Tensor> tensors = new HashMap<>();
        prompt("").ifPresent(packed -> tensors.putAll(entries(packed, architecture.dimensions())));
        for (Slice slice : slices(architecture)) {
            Tensor tensor = golden.tensor(FILE, slice.stored());
            tensors.put(
                    slice.entry(),
                    slice.entry().contains(".scale.") ? distanceFromOne(slice.of(tensor)) : slice.of(tensor));
        }
        return tensors;
    }

    private static Tensor distanceFromOne(Tensor factors) {
        float[] distances = new float[factors.size()];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = factors.values()[i] - 1f;
        }
        return new Tensor(factors.shape(), distances);
    }

    /**
     * Checks gradients of the sum of grad_weights times the states of the tokens. The gradient of PEFT's A of a fused
     * module is the sum of the gradients for its layers.
     */
    public void assertGradients(Architecture architecture, Map<String, Tensor> found) {
        Map<String, Tensor> expected = new HashMap<>();
        Map<String, Tensor> ours = new HashMap<>(found);
        prompt("grad.").ifPresent(packed -> expected.putAll(entries(packed, architecture.dimensions())));
        for (Slice slice : slices(architecture)) {
            Tensor all = golden.tensor("grad." + slice.stored());
            expected.put(slice.stored(), all);
            slice.add(
                    ours.remove(slice.entry()), ours.computeIfAbsent(slice.stored(), name -> Tensor.zeros(all.size())));
        }
        assertThat(ours).containsOnlyKeys(expected.keySet());
        expected.forEach((name, tensor) -> Golden.assertGradient(name, ours.get(name), tensor));
    }

    private Optional<Tensor> prompt(String lead) {
        String file = lead.isEmpty() ? FILE : "golden.safetensors";
        String name = lead + "prompt_embeddings";
        return golden.names(file).contains(name) ? Optional.of(golden.tensor(file, name)) : Optional.empty();
    }

    /**
     * Location of an entry in PEFT's file.
     *
     * @param stored name of PEFT's tensor
     * @param entry name of the entry
     * @param part index among {@code parts} equal pieces of its rows
     */
    private record Slice(String stored, String entry, int part, int parts) {

        Tensor of(Tensor all) {
            int count = all.size() / parts;
            float[] values = Arrays.copyOfRange(all.values(), part * count, (part + 1) * count);
            // factors are vectors here, columns or rows in PEFT
            return entry.contains(".scale.")
                    ? new Tensor(new Shape(count), values)
                    : new Tensor(
                            new Shape(all.shape().get(0) / parts, all.shape().get(1)), values);
        }

        void add(Tensor gradient, Tensor all) {
            for (int i = 0; i < gradient.size(); i++) {
                all.values()[part * gradient.size() + i] += gradient.values()[i];
            }
        }
    }

    /** Returns the locations of the entries of linear layers. */
    private List<Slice> slices(Architecture architecture) {
        Set<String> names = golden.names(FILE);
        List<Slice> slices = new ArrayList<>();
        for (LinearLayer map : architecture.linearLayers()) {
            TensorLocation weight = family.locate(map.name() + ".weight");
            String module = "." + weight.name().replaceAll("weight$", "");
            for (String name : names) {
                if (name.endsWith(module + "lora_A.weight")) {
                    slices.add(new Slice(name, map.name() + ".lora.A", 0, 1));
                } else if (name.endsWith(module + "lora_B.weight")) {
                    slices.add(new Slice(name, map.name() + ".lora.B", weight.part(), weight.parts()));
                } else if (name.endsWith(module + "ia3_l")) {
                    // [out, 1] scales the outputs of the layer, [1, in] its inputs
                    boolean out = golden.tensor(FILE, name).shape().get(1) == 1;
                    slices.add(
                            out
                                    ? new Slice(name, map.name() + ".scale.out", weight.part(), weight.parts())
                                    : new Slice(name, map.name() + ".scale.in", 0, 1));
                }
            }
        }
        return slices;
    }

    /**
     * Converts PEFT's rows to entries: [P, E] is a prompt, [P, layers * 2 * N * D] contains keys and values of all
     * layers.
     */
    public static Map<String, Tensor> entries(Tensor packed, ModelDimensions shape) {
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
