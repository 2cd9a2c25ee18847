package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values of a {@code config.json} that every family of models has.
 *
 * @param config the file
 */
record CommonConfig(ConfigFile config) {

    /** Names of the number of layers in the families' configurations. */
    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");

    /**
     * Rejects a number of layers that exceeds the number of tensors, before memory is allocated for the layers.
     *
     * @throws BackboneException if the configuration has more layers than the checkpoint has tensors
     */
    void requireLayersWithin(int tensors) {
        for (String key : LAYERS) {
            if (config.json().path(key).isNumber() && config.json().path(key).asDouble() > tensors) {
                throw new BackboneException(config.file() + ": '" + key + "' is "
                        + config.json().path(key) + ", but the weights are only " + tensors + " tensors");
            }
        }
    }

    /**
     * Returns the names in {@code id2label} in the order of their ids; empty if there are none.
     *
     * @throws BackboneException if the ids are not the numbers from 0 without a gap
     */
    List<String> outputs() {
        SortedMap<Integer, String> names = new TreeMap<>();
        config.json().path("id2label").fields().forEachRemaining(entry -> {
            try {
                names.put(Integer.valueOf(entry.getKey()), entry.getValue().asText());
            } catch (NumberFormatException e) {
                throw new BackboneException(
                        config.file() + ": 'id2label' must have numbers as keys, but has '" + entry.getKey() + "'", e);
            }
        });
        if (!names.isEmpty() && (names.firstKey() != 0 || names.lastKey() != names.size() - 1)) {
            throw new BackboneException(config.file()
                    + ": 'id2label' must number its names from 0 without a gap, but has " + names.size()
                    + " names from " + names.firstKey() + " to " + names.lastKey());
        }
        return List.copyOf(names.values());
    }

    /**
     * Returns {@code eos_token_id}, the first of several; empty if there is none.
     *
     * @throws BackboneException if it is not an integer that is not negative
     */
    OptionalInt endToken() {
        JsonNode value = config.json().path("eos_token_id");
        JsonNode first = value.isArray() ? value.path(0) : value;
        if (first.isMissingNode() || first.isNull()) {
            return OptionalInt.empty();
        }
        if (!first.canConvertToInt() || !first.isIntegralNumber() || first.asInt() < 0) {
            throw new BackboneException(
                    config.file() + ": 'eos_token_id' must be an integer that is not negative, but is " + value);
        }
        return OptionalInt.of(first.asInt());
    }
}
