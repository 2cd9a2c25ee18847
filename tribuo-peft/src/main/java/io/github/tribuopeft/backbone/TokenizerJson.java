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
import io.github.tribuopeft.data.JsonReason;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Contents of a {@code tokenizer.json} that are safe for the native library. Some tokenizers crash the library, and the
 * JVM with it, when they are read or at the first text; others make it loop. So the library gets a new file that
 * contains only components whose types and settings are known to be safe. A file with other components is refused.
 *
 * <p>Truncation, padding and dropout are removed, since they are not used.
 */
final class TokenizerJson {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_TEXT_LENGTH = 5_000_000;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT_LENGTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode root;

    private TokenizerJson(ObjectNode root) {
        this.root = root;
    }

    /**
     * Reads and checks the bytes of a file.
     *
     * @throws IOException if the file is not a tokenizer that is safe to use; the message continues "it is not a valid
     *     tokenizer.json: "
     */
    static TokenizerJson parse(byte[] bytes) throws IOException {
        TokenizerNode file = new TokenizerNode(tree(bytes), "").object();
        ObjectNode checked = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        checked.putNull("truncation");
        checked.putNull("padding");
        checked.set("normalizer", NormalizerRules.check(file));
        checked.set("pre_tokenizer", PreTokenizerRules.check(file));
        checked.set("post_processor", PostProcessorRules.check(file));
        checked.set("decoder", DecoderRules.check(file));
        checked.set("added_tokens", AddedTokens.check(file));
        checked.set("model", TokenizerModelRules.check(file));
        return new TokenizerJson(checked);
    }

    private static JsonNode tree(byte[] bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IOException("it is not valid JSON: " + JsonReason.of(e), e);
        }
    }

    /** Returns the JSON in UTF-8. */
    byte[] bytes() throws IOException {
        return JSON.writeValueAsBytes(root);
    }

    /** Returns the check of the added tokens, which runs the native library. */
    AddedTokenCheck addedTokens() {
        return new AddedTokenCheck(root.get("added_tokens"), root.get("normalizer"));
    }

    /** Returns the largest token id; -1 if there are no tokens. */
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

    /** Returns the largest token type id. */
    int largestTypeId() {
        return PostProcessorRules.largestTypeId(root.get("post_processor"));
    }

    /**
     * Returns the same tokenizer with a space before every word. Byte-level tokenizers, such as those of GPT-2 and
     * RoBERTa, have different tokens for a word after a space. Single words have no space before them, so the tokenizer
     * adds one, like {@code add_prefix_space=True} of transformers.
     *
     * @return empty if the tokenizer would be the same
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
