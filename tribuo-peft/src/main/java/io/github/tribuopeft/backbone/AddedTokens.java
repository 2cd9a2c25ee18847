package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentSchema.FLAG;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Rules for added tokens, which a tokenizer finds in a text before its model runs. */
final class AddedTokens {

    /** The library compares every token with all others. */
    private static final int MAX_TOKENS = 20_000;
    /** The library builds a table of the tokens' characters. */
    private static final int MAX_LENGTH = 256;

    private static final String KEY = "added_tokens";
    static final String CONTENT = "content";
    private static final Set<String> FLAGS = Set.of("single_word", "lstrip", "rstrip", "normalized", "special");
    private static final Set<String> KEYS =
            Set.of("id", CONTENT, "single_word", "lstrip", "rstrip", "normalized", "special");

    private AddedTokens() {}

    /** Returns the added tokens of a tokenizer after checking them. */
    static ArrayNode check(TokenizerNode tokenizer) throws IOException {
        TokenizerNode tokens = tokenizer.at(KEY);
        if (tokens.isAbsent()) {
            return JsonNodeFactory.instance.arrayNode();
        }
        tokens.array(MAX_TOKENS);
        for (int i = 0; i < tokens.json().size(); i++) {
            TokenizerNode token = tokens.at(i).object();
            token.requireKeys(KEYS);
            token.at("id").id();
            token.at(CONTENT).text(1, MAX_LENGTH);
            for (String flag : FLAGS) {
                FLAG.check(token.at(flag));
            }
        }
        return (ArrayNode) tokens.json();
    }

    /**
     * Returns the largest id of the added tokens. The library ignores the ids in the file: a token that is not in the
     * vocabulary of the model gets the next free id.
     */
    static int largestId(JsonNode added, ObjectNode model) {
        int size = model.get("vocab").size();
        int largest = -1;
        Set<String> contents = new HashSet<>();
        added.forEach(token -> contents.add(token.get(CONTENT).textValue()));
        Map<String, Integer> known = TokenizerModelRules.ids(model, contents);
        for (JsonNode token : added) {
            Integer id = known.get(token.get(CONTENT).textValue());
            if (id == null) {
                id = largest >= size || size == 0 ? largest + 1 : size;
                known.put(token.get(CONTENT).textValue(), id);
            }
            largest = Math.max(largest, id);
        }
        return largest;
    }
}
