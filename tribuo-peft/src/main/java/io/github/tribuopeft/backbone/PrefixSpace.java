package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/**
 * Tokenizers on bytes ({@code ByteLevel}, as GPT-2's and RoBERTa's) tell a word after a space from the same letters elsewhere. Words that are given one
 * by one have no space before them, so their tokenizer has to be told to put one there, as transformers' {@code add_prefix_space=True} does.
 */
final class PrefixSpace {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PrefixSpace() {}

    /**
     * The same tokenizer with a space before every word.
     *
     * @param tokenizerJson a {@code tokenizer.json}
     * @return empty if the tokenizer would not differ
     * @throws IOException if it is no JSON
     */
    static Optional<byte[]> added(byte[] tokenizerJson) throws IOException {
        JsonNode tokenizer = JSON.readTree(tokenizerJson);
        boolean changed = false;
        for (JsonNode part : tokenizer.path("pre_tokenizer").findParents("add_prefix_space")) {
            if (part.path("type").asText().equals("ByteLevel")
                    && !part.path("add_prefix_space").asBoolean()) {
                ((ObjectNode) part).put("add_prefix_space", true);
                changed = true;
            }
        }
        return changed ? Optional.of(JSON.writeValueAsBytes(tokenizer)) : Optional.empty();
    }
}
