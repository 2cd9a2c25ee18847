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
 * Llama (Touvron et al. 2023, <a href="https://arxiv.org/abs/2302.13971">arXiv 2302.13971</a>) and families that differ
 * in details, such as Mistral and Qwen: dimensions and weight names. Weight names are those of Hugging Face.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param positions maximum number of tokens of the pretrained model
 * @param hidden hidden width H
 * @param layers number of layers
 * @param heads number of attention heads N
 * @param keyValueHeads number K of heads of keys and values; divides {@code heads}
 * @param headWidth width D of a head, even; N × D may differ from H
 * @param intermediate width of the feed-forward layer
 * @param epsilon constant that RMS norm adds to the mean square
 * @param rotary rotary position embeddings
 * @param window attention windows of the layers
 * @param parts parts of this family that Llama does not have
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

    /** Optional parts of an architecture. */
    public enum Part {
        /** Biases of queries, keys and values. */
        QUERY_KEY_VALUE_BIASES,
        /** Bias of the output projection of the attention. */
        ATTENTION_OUTPUT_BIAS,
        /** Biases of the feed-forward sublayer. */
        FEED_FORWARD_BIASES,
        /** RMS norms of each head's queries and keys before the rotation. */
        HEAD_NORMS,
        /** Language-model head with weights of its own instead of the word embeddings. */
        LM_HEAD
    }

    public Llama {
        parts = Set.copyOf(parts);
        if (keyValueHeads < 1 || heads < 1 || heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    heads + " heads cannot share " + keyValueHeads + " heads of keys and values evenly");
        }
        if (headWidth < 2 || headWidth % 2 != 0) {
            throw new IllegalArgumentException("The width of heads must be even and at least 2, but is " + headWidth);
        }
    }

    /** Returns the architecture. */
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
        List<LinearLayer> linear = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "layers." + i + ".";
            linear.add(new LinearLayer(layer + "self_attn.q_proj", Role.QUERY, i, hidden, queries));
            linear.add(new LinearLayer(layer + "self_attn.k_proj", Role.KEY, i, hidden, keys));
            linear.add(new LinearLayer(layer + "self_attn.v_proj", Role.VALUE, i, hidden, keys));
            linear.add(new LinearLayer(layer + "self_attn.o_proj", Role.ATTENTION_OUTPUT, i, queries, hidden));
            linear.add(new LinearLayer(layer + "mlp.gate_proj", Role.GATE, i, hidden, intermediate));
            linear.add(new LinearLayer(layer + "mlp.up_proj", Role.UP, i, hidden, intermediate));
            linear.add(new LinearLayer(layer + "mlp.down_proj", Role.DOWN, i, intermediate, hidden));
        }
        return linear;
    }

    /** Returns the part with the biases of a role. */
    private static Part biases(Role role) {
        return switch (role) {
            case QUERY, KEY, VALUE -> Part.QUERY_KEY_VALUE_BIASES;
            case ATTENTION_OUTPUT -> Part.ATTENTION_OUTPUT_BIAS;
            case GATE, UP, DOWN -> Part.FEED_FORWARD_BIASES;
        };
    }

    private Map<String, Shape> weights() {
        Map<String, Shape> weights = new HashMap<>();
        linearLayers().forEach(linearLayer -> {
            weights.put(linearLayer.name() + ".weight", new Shape(linearLayer.out(), linearLayer.in()));
            if (parts.contains(biases(linearLayer.role()))) {
                weights.put(linearLayer.name() + ".bias", new Shape(linearLayer.out()));
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
