package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentSchema.FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.OPTIONAL_FLAG;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Rules for post-processors: at most one component adds special tokens, and its template contains the text exactly
 * once. The template for pairs of texts is replaced, since pairs are never tokenized.
 */
final class PostProcessorRules {

    private static final int MAX_TOKENS = 64;
    private static final int MAX_TOKEN_LENGTH = 256;
    private static final int MAX_TYPE_ID = 1_000_000;

    private static final String TEMPLATE = "TemplateProcessing";
    private static final String SINGLE = "single";
    private static final String SPECIAL_TOKENS = "special_tokens";
    private static final String SPECIAL_TOKEN = "SpecialToken";
    private static final String SEQUENCE = "Sequence";
    private static final String TYPE_ID = "type_id";

    private static final ComponentSchema.Setting TOKEN = value -> {
        value.array(2).require(value.json().size() == 2, "a token and its id");
        value.at(0).text(0, MAX_TOKEN_LENGTH);
        value.at(1).id();
    };

    private static final PipelineStage ROLE = new PipelineStage(
            "post_processor",
            "processors",
            new ComponentSchema("BertProcessing").with("sep", TOKEN).with("cls", TOKEN),
            new ComponentSchema("ByteLevel")
                    .with("add_prefix_space", OPTIONAL_FLAG)
                    .with("trim_offsets", FLAG)
                    .with("use_regex", OPTIONAL_FLAG),
            new ComponentSchema("RobertaProcessing")
                    .with("sep", TOKEN)
                    .with("cls", TOKEN)
                    .with("trim_offsets", OPTIONAL_FLAG)
                    .with("add_prefix_space", OPTIONAL_FLAG),
            new ComponentSchema(TEMPLATE)
                    .with(SPECIAL_TOKENS, PostProcessorRules::specialTokens)
                    .with(SINGLE, PostProcessorRules::single)
                    .with("pair", value -> {}));

    private PostProcessorRules() {}

    /** Returns the post-processor of a tokenizer after checking it; JSON null if there is none. */
    static JsonNode check(TokenizerNode tokenizer) throws IOException {
        List<ObjectNode> components = ROLE.components(tokenizer);
        for (int i = 0; i < components.size(); i++) {
            ObjectNode component = components.get(i);
            if (i + 1 < components.size() && !PipelineStage.isOf(component, "ByteLevel")) {
                throw new IOException("post_processor has a component after "
                        + component.get(ComponentSchema.TYPE).asText()
                        + "; a component that adds tokens is only supported as the last one");
            }
            if (PipelineStage.isOf(component, TEMPLATE)) {
                requireKnownTokens(component);
                component.set("pair", pair(component));
            }
        }
        return ROLE.sequence(components);
    }

    private static void specialTokens(TokenizerNode tokens) throws IOException {
        tokens.object().require(tokens.json().size() <= MAX_TOKENS, "at most " + MAX_TOKENS + " tokens");
        for (String name : (Iterable<String>) tokens.json()::fieldNames) {
            TokenizerNode token = tokens.at(name).object();
            token.requireKeys(Set.of("id", "ids", "tokens"));
            token.at("id").text(0, MAX_TOKEN_LENGTH);
            TokenizerNode ids = token.at("ids").array(MAX_TOKENS);
            TokenizerNode texts = token.at("tokens").array(MAX_TOKENS);
            texts.require(
                    texts.json().size() == ids.json().size(),
                    "as many tokens as ids (" + ids.json().size() + ")");
            for (int i = 0; i < ids.json().size(); i++) {
                ids.at(i).id();
                texts.at(i).text(0, MAX_TOKEN_LENGTH);
            }
        }
    }

    private static void single(TokenizerNode pieces) throws IOException {
        pieces.array(MAX_TOKENS);
        for (int i = 0; i < pieces.json().size(); i++) {
            TokenizerNode piece = pieces.at(i).object();
            piece.require(piece.json().size() == 1, "one " + SPECIAL_TOKEN + " or " + SEQUENCE);
            piece.requireKeys(Set.of(SPECIAL_TOKEN, SEQUENCE));
            boolean text = !piece.at(SEQUENCE).isAbsent();
            TokenizerNode content = piece.at(text ? SEQUENCE : SPECIAL_TOKEN).object();
            content.requireKeys(Set.of("id", TYPE_ID));
            content.at("id").text(0, MAX_TOKEN_LENGTH);
            content.at(TYPE_ID).integer(0, MAX_TYPE_ID);
        }
    }

    private static void requireKnownTokens(ObjectNode template) throws IOException {
        int texts = 0;
        for (JsonNode piece : template.get(SINGLE)) {
            String token = piece.path(SPECIAL_TOKEN).path("id").asText();
            if (piece.has(SPECIAL_TOKEN) && !template.get(SPECIAL_TOKENS).has(token)) {
                throw new IOException("its template has a token '" + TokenizerNode.shown(token)
                        + "', which special_tokens does not define");
            }
            String sequence = piece.path(SEQUENCE).path("id").asText();
            if (piece.has(SEQUENCE) && !sequence.equals("A")) {
                throw new IOException("its template for single texts has a sequence '" + TokenizerNode.shown(sequence)
                        + "'; expected A");
            }
            texts += piece.has(SEQUENCE) ? 1 : 0;
        }
        if (texts != 1) {
            throw new IOException(
                    "its template for single texts has the text (Sequence A) " + texts + " times; expected once");
        }
    }

    private static ArrayNode pair(ObjectNode template) {
        ArrayNode pair = template.arrayNode();
        for (String id : List.of("A", "B")) {
            pair.addObject().putObject(SEQUENCE).put("id", id).put(TYPE_ID, 0);
        }
        return pair;
    }

    /** Returns the largest token type id of a post-processor. */
    static int largestTypeId(JsonNode postProcessor) {
        return postProcessor.findValues(SINGLE).stream()
                .flatMap(single -> single.findValues(TYPE_ID).stream())
                .mapToInt(JsonNode::asInt)
                .max()
                .orElse(0);
    }
}
