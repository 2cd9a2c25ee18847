package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;

/**
 * How PEFT initialized a LoRA adapter. Some initializations subtract the adapter's first values from the backbone's weights; such an adapter belongs
 * to the changed weights, which PEFT does not save.
 */
final class LoraInit {

    static final String KEY = "init_lora_weights";

    /** Initializations that leave the backbone's weights as they are. */
    private static final Set<String> HARMLESS = Set.of("gaussian", "eva", "orthogonal", "mica");

    /** The first letters of the names of initializations that PEFT can convert afterwards. */
    private static final Set<String> CONVERTIBLE = Set.of("pissa", "corda", "olora", "lora_ga");

    private static final String LOFTQ = "loftq";

    private LoraInit() {}

    /**
     * Checks that an adapter belongs to the original backbone.
     *
     * @throws AdapterException if its initialization changed the backbone's weights, or is not known
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
        if (!HARMLESS.contains(name)) {
            throw config.wrong(
                    KEY, "true, false or one of " + HARMLESS.stream().sorted().toList());
        }
    }

    private static AdapterException changed(AdapterConfig config, String remedy) {
        return new AdapterException(config.file() + ": '" + KEY + "' is " + config.shown(KEY)
                + ", which changed the backbone's weights before the training,"
                + " so that the adapter gives wrong results on the original backbone; " + remedy);
    }
}
