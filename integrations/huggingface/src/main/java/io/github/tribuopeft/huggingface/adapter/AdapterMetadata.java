package io.github.tribuopeft.huggingface.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.EarlierNames;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.huggingface.files.StrictJson;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Properties of a model that PEFT's format does not have, so that an exported model can be imported again. They are
 * stored in the metadata of the tensors' file, which PEFT ignores.
 *
 * @param labels the labels in the order of the logits
 * @param readout name of the hidden states that the head reads
 * @param dense layer before the head's linear layer
 * @param placement positions of the virtual tokens
 * @param maxLength number of tokens to which a text is truncated
 * @param decoding decoding of tags; null for a text classifier
 */
record AdapterMetadata(
        List<String> labels, String readout, DenseLayer dense, Placement placement, int maxLength, Decoding decoding) {

    private static final String KEY = "tribuo_peft";
    private static final String VERSION = "version";
    private static final int CURRENT_VERSION = 0;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or not valid
     */
    AdapterMetadata {
        if (labels == null
                || labels.stream().anyMatch(Objects::isNull)
                || new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("'labels' are " + labels + "; expected different texts");
        }
        if (readout == null || dense == null || placement == null || maxLength < 3) {
            throw new IllegalArgumentException("it needs a readout, dense, a placement and a maxLength of at least 3");
        }
        pooling(readout, decoding);
    }

    private static Pooling pooling(String readout, Decoding decoding) {
        return decoding == null ? TextPooling.valueOf(readout) : TokenPooling.valueOf(readout);
    }

    /** Returns the hidden states that the head reads. */
    Pooling pooling() {
        return pooling(readout, decoding);
    }

    /** Returns the task of the head: TOKEN_CLS if tags are decoded, SEQ_CLS otherwise. */
    TaskType task() {
        return decoding == null ? TaskType.SEQ_CLS : TaskType.TOKEN_CLS;
    }

    /** Returns the entries for the metadata of a file. */
    Map<String, String> entries() {
        try {
            return Map.of("format", "pt", KEY, StrictJson.MAPPER.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts and numbers can always be written as JSON", e);
        }
    }

    /**
     * Reads the entries in the metadata of a file; empty in files that PEFT wrote.
     *
     * @throws AdapterException if they are damaged
     */
    static Optional<AdapterMetadata> of(Map<String, String> entries, Path file) {
        String text = entries.get(KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            JsonNode json = StrictJson.MAPPER.readTree(text);
            if (json instanceof ObjectNode object) {
                requireKnown(object.path(VERSION).asInt(CURRENT_VERSION), file);
                rename(object, "readout");
                rename(object, "placement");
            }
            AdapterMetadata metadata = StrictJson.MAPPER.treeToValue(json, AdapterMetadata.class);
            if (metadata == null) {
                throw new AdapterException(file + ": its metadata '" + KEY + "' is null");
            }
            return Optional.of(metadata);
        } catch (JsonProcessingException e) {
            throw new AdapterException(
                    file + ": its metadata '" + KEY + "' cannot be read: " + StrictJson.reason(e), e);
        }
    }

    /** Refuses metadata of a later version. Those of version {@value #CURRENT_VERSION} do not contain it. */
    private static void requireKnown(int version, Path file) {
        if (version > CURRENT_VERSION) {
            throw new AdapterException(file + " was written by a newer version of this library: its metadata '" + KEY
                    + "' has version " + version + ", but this library reads versions up to " + CURRENT_VERSION);
        }
    }

    private static void rename(ObjectNode object, String field) {
        if (object.path(field).isTextual()) {
            object.put(field, EarlierNames.constant(object.path(field).textValue()));
        }
    }
}
