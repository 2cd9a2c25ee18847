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
 * Finds added tokens over which the native library panics: those of which a normalizer leaves nothing, and those of
 * blanks only that take the blanks around them. What a normalizer makes of a token is asked of the library itself, in
 * a tokenizer that has the normalizer and no added tokens.
 *
 * @param tokens the added tokens
 * @param normalizer the normalizer, null if there is none
 */
record AddedTokenCheck(JsonNode tokens, JsonNode normalizer) {

    /**
     * Checks the tokens.
     *
     * @throws IOException if one of them would end the JVM
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

    private List<String> contents(Predicate<JsonNode> chosen) {
        List<String> contents = new ArrayList<>();
        for (JsonNode token : tokens) {
            if (chosen.test(token)) {
                contents.add(token.get(AddedTokens.CONTENT).textValue());
            }
        }
        return contents;
    }

    /** Refuses contents of which no piece is left. */
    private static void refuse(List<String> contents, JsonNode preTokenizer, JsonNode normalizer, String what)
            throws IOException {
        if (contents.isEmpty()) {
            return;
        }
        try (HuggingFaceTokenizer trial = open(preTokenizer, normalizer)) {
            for (String content : contents) {
                if (trial.encode(content, false, false).getIds().length == 0) {
                    throw new IOException("added token '" + TokenizerNode.shown(content) + "' " + what);
                }
            }
        }
    }

    /** A tokenizer that makes one token of every piece. */
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
