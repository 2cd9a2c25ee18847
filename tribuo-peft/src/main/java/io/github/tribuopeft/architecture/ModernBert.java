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
 * ModernBERT (Warner et al. 2024, <a href="https://arxiv.org/abs/2412.13663">arXiv 2412.13663</a>): sizes in, an {@link Architecture} out.
 * Weights have Hugging Face's names, but for {@code attn.query}, {@code .key} and {@code .value}, there fused to {@code attn.Wqkv}, and {@code
 * mlp.gate} and {@code .up}, there fused to {@code mlp.Wi}. There are no biases.
 *
 * @param vocabulary number of word pieces
 * @param positions number of positions that a text can take
 * @param hidden width H
 * @param layers number of layers
 * @param heads number of attention heads; H / heads must be an even number
 * @param intermediate width of the feed-forward layer
 * @param epsilon what layer norm adds to the variance
 * @param globalEvery every how many layers, from the first, attention is global
 * @param window number of positions that a token of the other layers sees to either side
 * @param globalBase base of the rotation's wavelengths in global layers
 * @param localBase the same in the other layers
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
                    "The hidden width " + hidden + " does not give " + heads + " heads an even width each");
        }
    }

    /** The architecture of this size. */
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
        List<LinearLayer> maps = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "layers." + i + ".";
            maps.add(new LinearLayer(layer + "attn.query", Role.QUERY, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "attn.key", Role.KEY, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "attn.value", Role.VALUE, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "attn.Wo", Role.ATTENTION_OUTPUT, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "mlp.gate", Role.GATE, i, hidden, intermediate));
            maps.add(new LinearLayer(layer + "mlp.up", Role.UP, i, hidden, intermediate));
            maps.add(new LinearLayer(layer + "mlp.Wo", Role.DOWN, i, intermediate, hidden));
        }
        return maps;
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers().forEach(map -> weights.put(map.name() + ".weight", new Shape(map.out(), map.in())));
        weights.put("embeddings.tok_embeddings.weight", new Shape(vocabulary, hidden));
        weights.put("embeddings.norm.weight", new Shape(hidden));
        weights.put("final_norm.weight", new Shape(hidden));
        for (int i = 0; i < layers; i++) {
            weights.put("layers." + i + ".mlp_norm.weight", new Shape(hidden));
            if (i > 0) { // what the first layer takes comes from the embeddings' norm
                weights.put("layers." + i + ".attn_norm.weight", new Shape(hidden));
            }
        }
        return weights;
    }
}
