package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A {@code tokenizer.json} that is safe to hand to the native library. That library ends the whole JVM over some
 * tokenizers, at the first text if not when it reads them, and does not come back from others. So what reaches it is
 * written anew from components whose kinds and settings are known to be safe; a file with any other is refused.
 *
 * <p>Truncation, padding and decoder are left out, since nothing here uses them, and so is dropout.
 */
final class TokenizerJson {

    private static final int DEEPEST = 64;
    private static final int LONGEST_TEXT = 5_000_000;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST_TEXT)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode root;

    private TokenizerJson(ObjectNode root) {
        this.root = root;
    }

    /**
     * Reads a file's bytes.
     *
     * @throws IOException if they are not a tokenizer that can be used; the message continues "it is no tokenizer.json: "
     */
    static TokenizerJson parse(byte[] bytes) throws IOException {
        TokenizerNode file = new TokenizerNode(tree(bytes), "").object();
        ObjectNode safe = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        safe.putNull("truncation");
        safe.putNull("padding");
        safe.set("normalizer", NormalizerRules.check(file));
        safe.set("pre_tokenizer", PreTokenizerRules.check(file));
        safe.set("post_processor", PostProcessorRules.check(file));
        safe.putNull("decoder");
        safe.set("added_tokens", AddedTokens.check(file));
        safe.set("model", TokenizerModelRules.check(file));
        return new TokenizerJson(safe);
    }

    private static JsonNode tree(byte[] bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IOException("it is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The text of it. */
    byte[] bytes() throws IOException {
        return JSON.writeValueAsBytes(root);
    }

    /** Which of its added tokens need a trial before texts are tokenized, see {@link AddedTokenCheck}. */
    AddedTokenCheck addedTokens() {
        return new AddedTokenCheck(root.get("added_tokens"), root.get("normalizer"));
    }

    /** The largest id that a token can have, -1 if there are none. */
    int largestId() {
        ObjectNode model = (ObjectNode) root.get("model");
        IntStream special = root.get("post_processor").findValues("ids").stream()
                .flatMapToInt(ids ->
                        IntStream.range(0, ids.size()).map(i -> ids.get(i).intValue()));
        IntStream ends = IntStream.of(
                root.get("post_processor").findPath("sep").path(1).asInt(-1),
                root.get("post_processor").findPath("cls").path(1).asInt(-1),
                TokenizerModelRules.largestId(model),
                AddedTokens.largestId(root.get("added_tokens"), model));
        return IntStream.concat(special, ends).max().orElse(-1);
    }

    /** The largest token type id. */
    int largestTypeId() {
        return PostProcessorRules.largestTypeId(root.get("post_processor"));
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
