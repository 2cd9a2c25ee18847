package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A {@code tokenizer.json} before the native library has it. That library ends the whole JVM over some files that it does not expect, so what reaches it
 * is JSON for certain, and without the parts that nothing here asks for.
 */
final class TokenizerJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Cutting and padding are done in {@link BackboneTokenizer} and {@link TokenBatch}, and ids are never made text. */
    private static final List<String> UNUSED = List.of("decoder", "truncation", "padding");

    private final ObjectNode root;

    private TokenizerJson(ObjectNode root) {
        this.root = root;
    }

    /**
     * Reads a file's bytes.
     *
     * @throws IOException if they are no tokenizer that can be used; the message goes on from "it is no tokenizer.json: "
     */
    static TokenizerJson parse(byte[] bytes) throws IOException {
        try {
            JsonNode root = JSON.readTree(bytes);
            if (!root.isObject()) {
                throw new IOException("it is no JSON object");
            }
            ObjectNode object = (ObjectNode) root;
            UNUSED.forEach(object::putNull);
            requireKnownTokens(object.path("post_processor"));
            requirePrefixedMerges(object.path("model"));
            return new TokenizerJson(object);
        } catch (JsonProcessingException e) {
            throw new IOException("it is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A template with a token that it does not explain is read, but the first text then ends the JVM. */
    private static void requireKnownTokens(JsonNode processor) throws IOException {
        for (JsonNode template : processor.findParents("special_tokens")) {
            for (JsonNode token : template.findValues("SpecialToken")) {
                String id = token.path("id").asText();
                if (!template.path("special_tokens").has(id)) {
                    throw new IOException(
                            "its template has a token '" + id + "', but special_tokens do not say what it is");
                }
            }
        }
    }

    /** The library cuts the prefix of continuing pieces off without a look at what it cuts. */
    private static void requirePrefixedMerges(JsonNode model) throws IOException {
        String prefix = model.path("continuing_subword_prefix").asText("");
        for (JsonNode merge : model.path("merges")) {
            String text = merge.asText();
            String second = merge.isArray() ? merge.path(1).asText() : text.substring(text.indexOf(' ') + 1);
            if (!second.startsWith(prefix)) {
                throw new IOException("its merge " + merge + " goes on with '" + second
                        + "', but continuing_subword_prefix is '" + prefix + "'");
            }
        }
    }

    /** The text of it. */
    byte[] bytes() throws IOException {
        return JSON.writeValueAsBytes(root);
    }

    /**
     * The same tokenizer with a space before every word. Tokenizers on bytes ({@code ByteLevel}, as GPT-2's and RoBERTa's) tell a word after a space from the
     * same letters elsewhere. Words that are given one by one have no space before them, so their tokenizer has to be told to put one there, as
     * transformers' {@code add_prefix_space=True} does.
     *
     * @return empty if the tokenizer would not differ
     */
    Optional<TokenizerJson> withPrefixSpace() {
        ObjectNode other = root.deepCopy();
        boolean changed = false;
        for (JsonNode part : other.path("pre_tokenizer").findParents("add_prefix_space")) {
            if (part.path("type").asText().equals("ByteLevel")
                    && !part.path("add_prefix_space").asBoolean()) {
                ((ObjectNode) part).put("add_prefix_space", true);
                changed = true;
            }
        }
        return changed ? Optional.of(new TokenizerJson(other)) : Optional.empty();
    }
}
