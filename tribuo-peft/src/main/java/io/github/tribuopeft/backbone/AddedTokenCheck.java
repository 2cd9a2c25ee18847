package io.github.tribuopeft.backbone;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds added tokens that make the native library panic: tokens that are empty after the normalizer, and tokens of
 * whitespace that also strip the whitespace around them. It opens a tokenizer with the same normalizer and without
 * added tokens to find out how a token is normalized.
 *
 * @param tokens the added tokens
 * @param normalizer the normalizer, or JSON null
 */
record AddedTokenCheck(JsonNode tokens, JsonNode normalizer) {

    /**
     * Checks the tokens.
     *
     * @throws IOException if a token would crash the JVM
     */
    void check() throws IOException {
        List<String> normalized = contents(token -> token.get("normalized").booleanValue());
        if (!normalizer.isNull()) {
            refuse(normalized, NullNode.instance, normalizer, "is empty after the normalizer; expected a text");
        }
        String expected = "is blank and has lstrip or rstrip; expected neither";
        JsonNode words = JsonNodeFactory.instance.objectNode().put(ComponentSchema.TYPE, "WhitespaceSplit");
        Predicate<JsonNode> strips = token ->
                token.get("lstrip").booleanValue() || token.get("rstrip").booleanValue();
        Predicate<JsonNode> isNormalized = token -> token.get("normalized").booleanValue();
        refuse(contents(strips.and(isNormalized)), words, normalizer, expected);
        refuse(contents(strips.and(isNormalized.negate())), words, NullNode.instance, expected);
    }

    private List<String> contents(Predicate<JsonNode> filter) {
        List<String> contents = new ArrayList<>();
        for (JsonNode token : tokens) {
            if (filter.test(token)) {
                contents.add(token.get(AddedTokens.CONTENT).textValue());
            }
        }
        return contents;
    }

    /** Refuses contents that have no tokens. */
    private static void refuse(List<String> contents, JsonNode preTokenizer, JsonNode normalizer, String message)
            throws IOException {
        if (contents.isEmpty()) {
            return;
        }
        try (HuggingFaceTokenizer tokenizer = open(preTokenizer, normalizer)) {
            for (String content : contents) {
                if (tokenizer.encode(content, false, false).getIds().length == 0) {
                    throw new IOException("added token '" + TokenizerNode.shown(content) + "' " + message);
                }
            }
        }
    }

    /** Opens a tokenizer with one token for each part of the pre-tokenized text. */
    private static HuggingFaceTokenizer open(JsonNode preTokenizer, JsonNode normalizer) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        json.putArray("added_tokens");
        json.set("normalizer", normalizer);
        json.set("pre_tokenizer", preTokenizer);
        json.putNull("post_processor");
        json.putNull("decoder");
        ObjectNode model = json.putObject("model").put(ComponentSchema.TYPE, "WordLevel");
        model.putObject("vocab").put("?", 0);
        model.put("unk_token", "?");
        return HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(new ObjectMapper().writeValueAsBytes(json)),
                Map.of("truncation", "false", "padding", "false"));
    }
}
