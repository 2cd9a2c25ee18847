package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.ModelDimensions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * GPT-2 (Radford et al. 2019, <a
 * href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">Language
 * Models are Unsupervised Multitask Learners</a>): dimensions and weight names. Weight names are those of Hugging Face,
 * except that the fused layer {@code attn.c_attn} is split into {@code attn.query}, {@code attn.key} and {@code
 * attn.value}. All weights of linear layers are [out, in].
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param positions number of position embeddings
 * @param hidden hidden width H
 * @param layers number of layers
 * @param heads number of attention heads; divides {@code hidden}
 * @param intermediate width of the feed-forward layer
 * @param epsilon constant that layer norm adds to the variance
 * @param untiedLmHead whether the language-model head has weights of its own instead of the word embeddings
 */
public record Gpt2(
        int vocabulary,
        int positions,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        double epsilon,
        boolean untiedLmHead) {

    public Gpt2 {
        if (heads < 1 || hidden % heads != 0) {
            throw new IllegalArgumentException(
                    "The hidden width " + hidden + " is not a multiple of " + heads + " heads");
        }
    }

    /** Returns the architecture. */
    public Architecture architecture() {
        return new Architecture(
                "gpt2",
                ProgramSources.backbone("gpt2"),
                Map.of("layer_count", (long) layers, "head_width", (long) hidden / heads, "epsilon", epsilon),
                new ModelDimensions(layers, hidden, hidden, heads, hidden / heads, vocabulary, positions),
                weights(),
                linearLayers(),
                true,
                ProgramSources.lmHead(untiedLmHead, vocabulary, hidden));
    }

    private List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "h." + i + ".";
            linear.add(new LinearLayer(layer + "attn.query", Role.QUERY, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attn.key", Role.KEY, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attn.value", Role.VALUE, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attn.c_proj", Role.ATTENTION_OUTPUT, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "mlp.c_fc", Role.UP, i, hidden, intermediate));
            linear.add(new LinearLayer(layer + "mlp.c_proj", Role.DOWN, i, intermediate, hidden));
        }
        return linear;
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers().forEach(linearLayer -> {
            weights.put(linearLayer.name() + ".weight", new Shape(linearLayer.out(), linearLayer.in()));
            weights.put(linearLayer.name() + ".bias", new Shape(linearLayer.out()));
        });
        weights.put("wte.weight", new Shape(vocabulary, hidden));
        weights.put("wpe.weight", new Shape(positions, hidden));
        norm(weights, "ln_f");
        for (int i = 0; i < layers; i++) {
            norm(weights, "h." + i + ".ln_1");
            norm(weights, "h." + i + ".ln_2");
        }
        return weights;
    }

    private void norm(Map<String, Shape> weights, String name) {
        weights.put(name + ".weight", new Shape(hidden));
        weights.put(name + ".bias", new Shape(hidden));
    }
}
