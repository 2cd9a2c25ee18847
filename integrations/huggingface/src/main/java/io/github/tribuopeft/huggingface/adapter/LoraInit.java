package io.github.tribuopeft.huggingface.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;

/**
 * Initialization of a LoRA adapter by PEFT. Some initializations subtract the adapter's initial values from the
 * backbone's weights. Such an adapter belongs to the changed weights, which PEFT does not save.
 */
final class LoraInit {

    static final String KEY = "init_lora_weights";

    /** Initializations that do not change the backbone's weights. */
    private static final Set<String> UNCHANGED_BACKBONE = Set.of("gaussian", "eva", "orthogonal", "mica");

    /** Prefixes of the names of initializations that PEFT can convert after training. */
    private static final Set<String> CONVERTIBLE = Set.of("pissa", "corda", "olora", "lora_ga");

    private static final String LOFTQ = "loftq";

    private LoraInit() {}

    /**
     * Checks that an adapter belongs to the original backbone.
     *
     * @throws AdapterException if its initialization changed the backbone's weights, or is unknown
     */
    static void requireOriginalBackbone(AdapterConfig config) {
        JsonNode value = config.json().path(KEY);
        if (!config.has(KEY) || value.isBoolean()) {
            return;
        }
        String name = value.isTextual() ? value.asText().toLowerCase(Locale.ROOT) : "";
        if (CONVERTIBLE.stream().anyMatch(name::startsWith)) {
            throw changed(
                    config,
                    "convert it to a plain LoRA adapter in Python with"
                            + " save_pretrained(…, path_initial_model_for_weight_conversion=…)"
                            + " and add the classifier's tensors, as docs/interop.md shows");
        }
        if (name.equals(LOFTQ)) {
            throw changed(config, "train it with init_lora_weights=True, since PEFT cannot convert it");
        }
        if (!UNCHANGED_BACKBONE.contains(name)) {
            throw config.wrong(
                    KEY,
                    "true, false or one of "
                            + UNCHANGED_BACKBONE.stream().sorted().toList());
        }
    }

    private static AdapterException changed(AdapterConfig config, String remedy) {
        return new AdapterException(config.file() + ": '" + KEY + "' is " + config.shown(KEY)
                + ", which changed the backbone's weights before training,"
                + " so that the adapter computes wrong results on the original backbone; " + remedy);
    }
}
