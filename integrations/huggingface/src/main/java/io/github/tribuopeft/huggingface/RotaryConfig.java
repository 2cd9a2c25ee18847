package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.architecture.Rotary;
import io.github.tribuopeft.backbone.BackboneException;
import java.util.Map;
import java.util.function.Function;

/**
 * How a {@code config.json} speaks of rotary positions: transformers 5 puts all into {@code rope_parameters}, transformers 4 has {@code rope_theta} beside
 * {@code rope_scaling}, whose type was called {@code type} at first.
 *
 * @param base what frequencies are powers of
 * @param scaling the object that names a type of scaling and its numbers
 */
record RotaryConfig(double base, ConfigFile scaling) {

    private static final double USUAL_BASE = 10_000;

    private static final Map<String, Function<RotaryConfig, Rotary>> TYPES = Map.of(
            "default", RotaryConfig::plain,
            "linear", RotaryConfig::linear,
            "llama3", RotaryConfig::llama3);

    /**
     * Reads rotary positions.
     *
     * @throws BackboneException if the type of scaling is none that the programs compute, or a number is missing
     */
    static Rotary of(ConfigFile config) {
        ConfigFile parameters = config.in("rope_parameters");
        double base = config.real("rope_theta", USUAL_BASE);
        RotaryConfig rotary = config.has("rope_parameters")
                ? new RotaryConfig(parameters.real("rope_theta", base), parameters)
                : new RotaryConfig(base, config.in("rope_scaling"));
        return rotary.read();
    }

    private Rotary read() {
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        String type = scaling.text(key, scaling.has("factor") ? "missing" : "default");
        Function<RotaryConfig, Rotary> known = TYPES.get(type);
        if (known == null) {
            throw scaling.unsupported(key, type, "default, linear and llama3");
        }
        double share = scaling.real("partial_rotary_factor", 1);
        if (share != 1) {
            throw scaling.unsupported("partial_rotary_factor", Double.toString(share), "1");
        }
        return known.apply(this);
    }

    private Rotary plain() {
        return Rotary.plain(base);
    }

    private Rotary linear() {
        return Rotary.linear(base, scaling.real("factor"));
    }

    private Rotary llama3() {
        return new Rotary(
                base,
                scaling.real("factor"),
                scaling.real("low_freq_factor"),
                scaling.real("high_freq_factor"),
                scaling.integer("original_max_position_embeddings"));
    }
}
