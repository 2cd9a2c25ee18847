package io.github.tribuopeft.architecture;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneShape;
import io.github.tribuopeft.backbone.LinearMap;
import io.github.tribuopeft.backbone.LinearMap.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The BERT family (Devlin et al. 2019, <a href="https://arxiv.org/abs/1810.04805">arXiv 1810.04805</a>): sizes in, an
 * {@link Architecture} with Hugging Face's weight names out.
 *
 * @param vocabulary number of word pieces
 * @param positions number of position embeddings
 * @param types number of token type embeddings
 * @param hidden width H
 * @param layers number of layers
 * @param heads number of attention heads; divides {@code hidden}
 * @param intermediate width of the feed-forward layer
 * @param epsilon what layer norm adds to the variance
 */
public record Bert(
        int vocabulary, int positions, int types, int hidden, int layers, int heads, int intermediate, double epsilon) {

    public Bert {
        if (heads < 1 || hidden % heads != 0) {
            throw new IllegalArgumentException("The hidden width " + hidden + " is no multiple of " + heads + " heads");
        }
    }

    /** The architecture of this size. */
    public Architecture architecture() {
        return new Architecture(
                "bert",
                Programs.source("bert.py"),
                Map.of("layer_count", (long) layers, "head_width", (long) hidden / heads, "epsilon", epsilon),
                new BackboneShape(layers, hidden, hidden, heads, hidden / heads, vocabulary, positions),
                weights(),
                linearMaps(),
                false);
    }

    private List<LinearMap> linearMaps() {
        List<LinearMap> maps = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "encoder.layer." + i + ".";
            maps.add(new LinearMap(layer + "attention.self.query", Role.QUERY, i, hidden, hidden));
            maps.add(new LinearMap(layer + "attention.self.key", Role.KEY, i, hidden, hidden));
            maps.add(new LinearMap(layer + "attention.self.value", Role.VALUE, i, hidden, hidden));
            maps.add(new LinearMap(layer + "attention.output.dense", Role.ATTENTION_OUTPUT, i, hidden, hidden));
            maps.add(new LinearMap(layer + "intermediate.dense", Role.UP, i, hidden, intermediate));
            maps.add(new LinearMap(layer + "output.dense", Role.DOWN, i, intermediate, hidden));
        }
        return maps;
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearMaps().forEach(map -> {
            weights.put(map.name() + ".weight", new Shape(map.out(), map.in()));
            weights.put(map.name() + ".bias", new Shape(map.out()));
        });
        weights.put("embeddings.word_embeddings.weight", new Shape(vocabulary, hidden));
        weights.put("embeddings.position_embeddings.weight", new Shape(positions, hidden));
        weights.put("embeddings.token_type_embeddings.weight", new Shape(types, hidden));
        norm(weights, "embeddings.LayerNorm");
        for (int i = 0; i < layers; i++) {
            String layer = "encoder.layer." + i + ".";
            norm(weights, layer + "attention.output.LayerNorm");
            norm(weights, layer + "output.LayerNorm");
        }
        return weights;
    }

    private void norm(Map<String, Shape> weights, String name) {
        weights.put(name + ".weight", new Shape(hidden));
        weights.put(name + ".bias", new Shape(hidden));
    }
}
