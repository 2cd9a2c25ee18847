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
 * ModernBERT (Warner et al. 2024, <a href="https://arxiv.org/abs/2412.13663">arXiv 2412.13663</a>): dimensions and
 * weight names. Weight names are those of Hugging Face, except that {@code attn.Wqkv} is split into {@code attn.query},
 * {@code attn.key} and {@code attn.value}, and {@code mlp.Wi} into {@code mlp.gate} and {@code mlp.up}. Layers do not
 * have biases.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param positions number of position ids
 * @param hidden hidden width H
 * @param layers number of layers
 * @param heads number of attention heads; H / heads must be even
 * @param intermediate width of the feed-forward layer
 * @param epsilon constant that layer norm adds to the variance
 * @param globalEvery period of layers with global attention, starting with the first layer
 * @param window number of positions on each side that a token attends to in the other layers
 * @param globalBase base of the rotary frequencies in global layers
 * @param localBase base of the rotary frequencies in the other layers
 */
public record ModernBert(
        int vocabulary,
        int positions,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        double epsilon,
        int globalEvery,
        int window,
        double globalBase,
        double localBase) {

    public ModernBert {
        if (heads < 1 || hidden % (2 * heads) != 0) {
            throw new IllegalArgumentException(
                    "The hidden width " + hidden + " must be an even multiple of the " + heads + " heads");
        }
    }

    /** Returns the architecture. */
    public Architecture architecture() {
        int width = hidden / heads;
        return new Architecture(
                "modernbert",
                ProgramSources.backbone("modernbert"),
                Map.of(
                        "layer_count", (long) layers,
                        "head_width", (long) width,
                        "global_every", (long) globalEvery,
                        "window", (long) window,
                        "global_base", globalBase,
                        "local_base", localBase,
                        "epsilon", epsilon),
                new ModelDimensions(layers, hidden, hidden, heads, width, vocabulary, positions),
                weights(),
                linearLayers(),
                false);
    }

    private List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "layers." + i + ".";
            linear.add(new LinearLayer(layer + "attn.query", Role.QUERY, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attn.key", Role.KEY, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attn.value", Role.VALUE, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attn.Wo", Role.ATTENTION_OUTPUT, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "mlp.gate", Role.GATE, i, hidden, intermediate));
            linear.add(new LinearLayer(layer + "mlp.up", Role.UP, i, hidden, intermediate));
            linear.add(new LinearLayer(layer + "mlp.Wo", Role.DOWN, i, intermediate, hidden));
        }
        return linear;
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers()
                .forEach(linearLayer ->
                        weights.put(linearLayer.name() + ".weight", new Shape(linearLayer.out(), linearLayer.in())));
        weights.put("embeddings.tok_embeddings.weight", new Shape(vocabulary, hidden));
        weights.put("embeddings.norm.weight", new Shape(hidden));
        weights.put("final_norm.weight", new Shape(hidden));
        for (int i = 0; i < layers; i++) {
            weights.put("layers." + i + ".mlp_norm.weight", new Shape(hidden));
            if (i > 0) { // the first layer uses the norm of the embeddings
                weights.put("layers." + i + ".attn_norm.weight", new Shape(hidden));
            }
        }
        return weights;
    }
}
