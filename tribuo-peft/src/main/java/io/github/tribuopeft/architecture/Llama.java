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
import java.util.Set;

/**
 * Llama (Touvron et al. 2023, <a href="https://arxiv.org/abs/2302.13971">arXiv 2302.13971</a>) and the families that differ from it in a part or two, such as
 * Mistral and Qwen: sizes in, an {@link Architecture} with Hugging Face's weight names out.
 *
 * @param vocabulary number of word pieces
 * @param positions number of tokens that the model is made for
 * @param hidden width H
 * @param layers number of layers
 * @param heads number of attention heads N
 * @param keyValueHeads number of heads K that have keys and values; divides {@code heads}
 * @param headWidth width D of a head, even; N × D need not be H
 * @param intermediate width of the feed-forward layer
 * @param epsilon what RMS norm adds to the mean square
 * @param rotary how positions turn queries and keys
 * @param window which layers see the nearest tokens alone
 * @param parts what this family has beside Llama's own parts
 */
public record Llama(
        int vocabulary,
        int positions,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int intermediate,
        double epsilon,
        Rotary rotary,
        SlidingWindow window,
        Set<Part> parts) {

    /** What some families have and others have not. */
    public enum Part {
        /** Biases of the maps that make queries, keys and values. */
        QUERY_KEY_VALUE_BIASES,
        /** A bias of the map after attention. */
        ATTENTION_OUTPUT_BIAS,
        /** Biases of the feed-forward maps. */
        FEED_FORWARD_BIASES,
        /** RMS norms of each head's query and key, before they are turned. */
        HEAD_NORMS,
        /** A language model's head with weights of its own, and not the word embeddings. */
        LM_HEAD
    }

    public Llama {
        parts = Set.copyOf(parts);
        if (keyValueHeads < 1 || heads < 1 || heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    heads + " heads cannot share " + keyValueHeads + " heads of keys and values evenly");
        }
        if (headWidth < 2 || headWidth % 2 != 0) {
            throw new IllegalArgumentException("Rotary positions need heads of an even width, not " + headWidth);
        }
    }

    /** The architecture of this size. */
    public Architecture architecture() {
        return new Architecture(
                "llama",
                ProgramSources.backbone("llama"),
                constants(),
                new ModelDimensions(layers, hidden, hidden, keyValueHeads, headWidth, vocabulary, positions),
                weights(),
                linearLayers(),
                true,
                ProgramSources.lmHead(parts.contains(Part.LM_HEAD), vocabulary, hidden));
    }

    private Map<String, Number> constants() {
        return Map.of(
                "layer_count",
                (long) layers,
                "head_width",
                (long) headWidth,
                "epsilon",
                epsilon,
                "rotary_base",
                rotary.base(),
                "rotary_factor",
                rotary.factor(),
                "rotary_low",
                rotary.low(),
                "rotary_high",
                rotary.high(),
                "rotary_positions",
                rotary.originalPositions(),
                "window",
                (long) window.width(),
                "first_windowed",
                (long) window.firstLayer());
    }

    private List<LinearLayer> linearLayers() {
        int queries = heads * headWidth;
        int keys = keyValueHeads * headWidth;
        List<LinearLayer> maps = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "layers." + i + ".";
            maps.add(new LinearLayer(layer + "self_attn.q_proj", Role.QUERY, i, hidden, queries));
            maps.add(new LinearLayer(layer + "self_attn.k_proj", Role.KEY, i, hidden, keys));
            maps.add(new LinearLayer(layer + "self_attn.v_proj", Role.VALUE, i, hidden, keys));
            maps.add(new LinearLayer(layer + "self_attn.o_proj", Role.ATTENTION_OUTPUT, i, queries, hidden));
            maps.add(new LinearLayer(layer + "mlp.gate_proj", Role.GATE, i, hidden, intermediate));
            maps.add(new LinearLayer(layer + "mlp.up_proj", Role.UP, i, hidden, intermediate));
            maps.add(new LinearLayer(layer + "mlp.down_proj", Role.DOWN, i, intermediate, hidden));
        }
        return maps;
    }

    /** The part that gives maps of a role their biases. */
    private static Part biases(Role role) {
        return switch (role) {
            case QUERY, KEY, VALUE -> Part.QUERY_KEY_VALUE_BIASES;
            case ATTENTION_OUTPUT -> Part.ATTENTION_OUTPUT_BIAS;
            case GATE, UP, DOWN -> Part.FEED_FORWARD_BIASES;
        };
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers().forEach(map -> {
            weights.put(map.name() + ".weight", new Shape(map.out(), map.in()));
            if (parts.contains(biases(map.role()))) {
                weights.put(map.name() + ".bias", new Shape(map.out()));
            }
        });
        weights.put("embed_tokens.weight", new Shape(vocabulary, hidden));
        weights.put("norm.weight", new Shape(hidden));
        for (int i = 0; i < layers; i++) {
            String layer = "layers." + i + ".";
            weights.put(layer + "input_layernorm.weight", new Shape(hidden));
            weights.put(layer + "post_attention_layernorm.weight", new Shape(hidden));
            if (parts.contains(Part.HEAD_NORMS)) {
                weights.put(layer + "self_attn.q_norm.weight", new Shape(headWidth));
                weights.put(layer + "self_attn.k_norm.weight", new Shape(headWidth));
            }
        }
        return weights;
    }
}
