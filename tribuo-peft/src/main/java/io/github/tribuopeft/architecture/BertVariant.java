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
 * Families that differ from BERT in details, which the same program computes: RoBERTa's position table, whose first
 * rows are not used (Liu et al. 2019, <a href="https://arxiv.org/abs/1907.11692">arXiv 1907.11692</a>), ELECTRA's
 * narrower embeddings (Clark et al. 2020, <a href="https://arxiv.org/abs/2003.10555">arXiv 2003.10555</a>), MPNet's
 * attention bias by distance (Song et al. 2020, <a href="https://arxiv.org/abs/2004.09297">arXiv 2004.09297</a>).
 * Weight names are those of BERT.
 *
 * @param family name of the family, such as {@code roberta}
 * @param sizes dimensions as for BERT
 * @param embedding embedding width E; if it is not the hidden width, a linear layer projects embeddings to the hidden
 *     width
 * @param positionOffset number of unused rows at the start of the position table
 * @param distanceBuckets number of classes of distances with an attention bias for each head; 0 if there is no bias
 */
public record BertVariant(String family, Bert sizes, int embedding, int positionOffset, int distanceBuckets) {

    /** Returns the architecture. */
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
        List<LinearLayer> linear = new ArrayList<>();
        for (int i = 0; i < sizes.layers(); i++) {
            String layer = "encoder.layer." + i + ".";
            linear.add(new LinearLayer(layer + "attention.self.query", Role.QUERY, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attention.self.key", Role.KEY, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attention.self.value", Role.VALUE, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "attention.output.dense", Role.ATTENTION_OUTPUT, i, hidden, hidden));
            linear.add(new LinearLayer(layer + "intermediate.dense", Role.UP, i, hidden, sizes.intermediate()));
            linear.add(new LinearLayer(layer + "output.dense", Role.DOWN, i, sizes.intermediate(), hidden));
        }
        return linear;
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers().forEach(linearLayer -> linear(weights, linearLayer.name(), linearLayer.in(), linearLayer.out()));
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
