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
 * BERT with small differences, each of which one program computes if it is there: RoBERTa's position table, whose first rows belong to
 * no token (Liu et al. 2019, <a href="https://arxiv.org/abs/1907.11692">arXiv 1907.11692</a>), ELECTRA's narrower embeddings (Clark et al.
 * 2020, <a href="https://arxiv.org/abs/2003.10555">arXiv 2003.10555</a>), MPNet's bias of pairs by their distance (Song et al. 2020, <a
 * href="https://arxiv.org/abs/2004.09297">arXiv 2004.09297</a>). Weights have BERT's names.
 *
 * @param family the family's name, such as {@code roberta}
 * @param sizes what it has in common with BERT
 * @param embedding width E of a word embedding; where it is not the hidden width, a linear map leads from one to the other
 * @param positionOffset number of rows before those of real positions in the position table
 * @param distanceBuckets number of classes of distances, each with a bias for every head; 0 where distances have none
 */
public record BertVariant(String family, Bert sizes, int embedding, int positionOffset, int distanceBuckets) {

    /** The architecture of this size. */
    public Architecture architecture() {
        int width = sizes.hidden() / sizes.heads();
        return new Architecture(
                family,
                ProgramSources.backbone("bert"),
                Map.of(
                        "layer_count", (long) sizes.layers(),
                        "head_width", (long) width,
                        "position_offset", (long) positionOffset,
                        "epsilon", sizes.epsilon()),
                new ModelDimensions(
                        sizes.layers(),
                        sizes.hidden(),
                        embedding,
                        sizes.heads(),
                        width,
                        sizes.vocabulary(),
                        sizes.positions()),
                weights(),
                linearLayers(),
                false);
    }

    private List<LinearLayer> linearLayers() {
        int hidden = sizes.hidden();
        List<LinearLayer> maps = new ArrayList<>();
        for (int i = 0; i < sizes.layers(); i++) {
            String layer = "encoder.layer." + i + ".";
            maps.add(new LinearLayer(layer + "attention.self.query", Role.QUERY, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "attention.self.key", Role.KEY, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "attention.self.value", Role.VALUE, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "attention.output.dense", Role.ATTENTION_OUTPUT, i, hidden, hidden));
            maps.add(new LinearLayer(layer + "intermediate.dense", Role.UP, i, hidden, sizes.intermediate()));
            maps.add(new LinearLayer(layer + "output.dense", Role.DOWN, i, sizes.intermediate(), hidden));
        }
        return maps;
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers().forEach(map -> linear(weights, map.name(), map.in(), map.out()));
        weights.put("embeddings.word_embeddings.weight", new Shape(sizes.vocabulary(), embedding));
        weights.put("embeddings.position_embeddings.weight", new Shape(positionOffset + sizes.positions(), embedding));
        norm(weights, "embeddings.LayerNorm", embedding);
        if (sizes.types() > 0) {
            weights.put(Architecture.TOKEN_TYPES, new Shape(sizes.types(), embedding));
        }
        if (embedding != sizes.hidden()) {
            linear(weights, "embeddings_project", embedding, sizes.hidden());
        }
        if (distanceBuckets > 0) {
            weights.put("encoder.relative_attention_bias.weight", new Shape(distanceBuckets, sizes.heads()));
        }
        for (int i = 0; i < sizes.layers(); i++) {
            String layer = "encoder.layer." + i + ".";
            norm(weights, layer + "attention.output.LayerNorm", sizes.hidden());
            norm(weights, layer + "output.LayerNorm", sizes.hidden());
        }
        return weights;
    }

    private static void linear(Map<String, Shape> weights, String name, int in, int out) {
        weights.put(name + ".weight", new Shape(out, in));
        weights.put(name + ".bias", new Shape(out));
    }

    private static void norm(Map<String, Shape> weights, String name, int width) {
        weights.put(name + ".weight", new Shape(width));
        weights.put(name + ".bias", new Shape(width));
    }
}
