package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.architecture.Rotary;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.Map;
import java.util.function.Function;

/**
 * Rotary positions in a {@code config.json}. Transformers 5 writes all values into {@code rope_parameters}.
 * Transformers 4 writes {@code rope_theta} and {@code rope_scaling}, whose type is called {@code type} in early
 * versions.
 *
 * @param base base of the frequencies
 * @param scaling object with a type of scaling and its numbers
 */
record RotaryConfig(double base, ConfigFile scaling) {

    private static final double DEFAULT_BASE = 10_000;

    private static final Map<String, Function<RotaryConfig, Rotary>> TYPES = Map.of(
            "default", RotaryConfig::plain,
            "linear", RotaryConfig::linear,
            "llama3", RotaryConfig::llama3);

    /**
     * Reads rotary positions.
     *
     * @throws BackboneException if the type of scaling is not supported, or a number is missing
     */
    static Rotary of(ConfigFile config) {
        ConfigFile parameters = config.in("rope_parameters");
        double base = config.real("rope_theta", DEFAULT_BASE);
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
        double factor = scaling.real("partial_rotary_factor", 1);
        if (factor != 1) {
            throw scaling.unsupported("partial_rotary_factor", Double.toString(factor), "1");
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
