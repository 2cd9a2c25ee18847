package io.github.tribuopeft.huggingface;

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
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What our models know and PEFT has no place for, so that a model that was exported can be imported again. It stands in the metadata of the tensors'
 * file, which PEFT does not look at.
 *
 * @param labels the labels in the order of the logits
 * @param readout which states the head reads, by name
 * @param dense the layer before the head's linear map
 * @param placement which position numbers the virtual tokens take
 * @param maxLength number of tokens that a text is cut to
 * @param decoding how tags are chosen; null for a classifier of texts
 */
record AdapterMetadata(
        List<String> labels, String readout, DenseLayer dense, Placement placement, int maxLength, Decoding decoding) {

    private static final String KEY = "tribuo_peft";

    /**
     * A memo.
     *
     * @throws IllegalArgumentException if something is missing, or no model can have it
     */
    AdapterMetadata {
        if (labels == null
                || labels.stream().anyMatch(Objects::isNull)
                || new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("'labels' are " + labels + ", but expected were different texts");
        }
        if (readout == null || dense == null || placement == null || maxLength < 3) {
            throw new IllegalArgumentException("it needs a readout, dense, a placement and a maxLength of at least 3");
        }
        states(readout, decoding);
    }

    private static Pooling states(String readout, Decoding decoding) {
        return decoding == null ? TextPooling.valueOf(readout) : TokenPooling.valueOf(readout);
    }

    /** Which states the head reads. */
    Pooling states() {
        return states(readout, decoding);
    }

    /** What the head is for: words where tags are to be chosen, texts otherwise. */
    TaskType task() {
        return decoding == null ? TaskType.SEQ_CLS : TaskType.TOKEN_CLS;
    }

    /** The metadata of a file that has this memo. */
    Map<String, String> metadata() {
        try {
            return Map.of("format", "pt", KEY, StrictJson.MAPPER.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Labels, names and numbers can be written as JSON", e);
        }
    }

    /** The memo in a file's metadata; empty in files of PEFT's. */
    static Optional<AdapterMetadata> of(Map<String, String> metadata, Path file) {
        String text = metadata.get(KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            JsonNode json = StrictJson.MAPPER.readTree(text);
            if (json instanceof ObjectNode object) {
                rename(object, "readout");
                rename(object, "placement");
            }
            AdapterMetadata memo = StrictJson.MAPPER.treeToValue(json, AdapterMetadata.class);
            if (memo == null) {
                throw new AdapterException(file + ": its metadata '" + KEY + "' is null");
            }
            return Optional.of(memo);
        } catch (JsonProcessingException e) {
            throw new AdapterException(
                    file + ": its metadata '" + KEY + "' cannot be read: " + StrictJson.reason(e), e);
        }
    }

    private static void rename(ObjectNode object, String field) {
        if (object.path(field).isTextual()) {
            object.put(field, EarlierNames.constant(object.path(field).textValue()));
        }
    }
}
