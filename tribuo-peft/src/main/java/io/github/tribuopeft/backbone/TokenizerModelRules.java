package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentSchema.OPTIONAL_FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.optional;
import static io.github.tribuopeft.backbone.ComponentSchema.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Rules for the model of a tokenizer, which splits words into tokens and maps tokens to ids. */
final class TokenizerModelRules {

    private static final int MAX_ENTRIES = 10_000_000;
    private static final int MAX_AFFIX = 16;
    /** The time for a text is proportional to its length times this length. */
    private static final int MAX_UNIGRAM = 512;
    /** The time for a word is proportional to the square of its length. */
    private static final int MAX_WORD = 1_000;

    private static final String VOCAB = "vocab";
    private static final String MERGES = "merges";
    private static final String UNK_TOKEN = "unk_token";
    private static final String UNK_ID = "unk_id";
    private static final String PREFIX = "continuing_subword_prefix";

    private static final ComponentSchema.Setting NAME = value -> value.text(1, 1_000);

    /** Dropout would make the tokens of a text random, so it is removed. */
    private static final ComponentSchema BPE = new ComponentSchema("BPE")
            .with("dropout", value -> {})
            .with(UNK_TOKEN, optional(NAME))
            .with(PREFIX, optional(text(0, MAX_AFFIX)))
            .with("end_of_word_suffix", optional(text(0, MAX_AFFIX)))
            .with("fuse_unk", OPTIONAL_FLAG)
            .with("byte_fallback", OPTIONAL_FLAG)
            .with("ignore_merges", OPTIONAL_FLAG)
            .with(VOCAB, TokenizerModelRules::ids)
            .with(MERGES, merges -> merges.array(MAX_ENTRIES));

    private static final ComponentSchema UNIGRAM = new ComponentSchema("Unigram")
            .with(UNK_ID, TokenizerNode::id)
            .with("byte_fallback", OPTIONAL_FLAG)
            .with(VOCAB, TokenizerModelRules::scores);

    private static final ComponentSchema WORD_PIECE = new ComponentSchema("WordPiece")
            .with(UNK_TOKEN, NAME)
            .with(PREFIX, text(0, MAX_AFFIX))
            .with("max_input_chars_per_word", value -> value.integer(1, MAX_WORD))
            .with(VOCAB, TokenizerModelRules::ids);

    private static final ComponentSchema WORD_LEVEL =
            new ComponentSchema("WordLevel").with(UNK_TOKEN, NAME).with(VOCAB, TokenizerModelRules::ids);

    private static final Map<String, ComponentSchema> SCHEMAS = new LinkedHashMap<>();

    static {
        for (ComponentSchema schema : new ComponentSchema[] {BPE, UNIGRAM, WORD_PIECE, WORD_LEVEL}) {
            SCHEMAS.put(schema.name(), schema);
        }
    }

    private TokenizerModelRules() {}

    /** Returns the model of a tokenizer after checking it. */
    static ObjectNode check(TokenizerNode tokenizer) throws IOException {
        TokenizerNode model = tokenizer.at("model").object();
        String type = type(model);
        ComponentSchema schema = SCHEMAS.get(type);
        if (schema == null) {
            throw new IOException("model '" + TokenizerNode.shown(type) + "' is not supported; supported: "
                    + String.join(", ", SCHEMAS.keySet()));
        }
        ObjectNode copy = schema.copy(model);
        copy.remove("dropout");
        if (schema == BPE) {
            requireMerges(copy);
        }
        requireUnknown(copy);
        return copy;
    }

    /**
     * Returns the type of a model. Files written in 2020 do not contain it; BPE and WordPiece are recognized by
     * settings that only they have.
     */
    private static String type(TokenizerNode model) throws IOException {
        if (!model.at(ComponentSchema.TYPE).isAbsent()) {
            return model.at(ComponentSchema.TYPE).text(1, 100);
        }
        if (model.json().has(MERGES)) {
            return BPE.name();
        }
        return model.json().has("max_input_chars_per_word")
                ? WORD_PIECE.name()
                : model.at(ComponentSchema.TYPE).text(1, 100);
    }

    private static void ids(TokenizerNode vocab) throws IOException {
        vocab.object().require(vocab.json().size() <= MAX_ENTRIES, "at most " + MAX_ENTRIES + " tokens");
        for (Iterator<Map.Entry<String, JsonNode>> entries = vocab.json().fields(); entries.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = entries.next();
            new TokenizerNode(entry.getValue(), vocab.path() + "['" + TokenizerNode.shown(entry.getKey()) + "']").id();
        }
    }

    private static void scores(TokenizerNode vocab) throws IOException {
        vocab.array(MAX_ENTRIES);
        int index = 0;
        for (JsonNode entry : vocab.json()) {
            TokenizerNode part = new TokenizerNode(entry, vocab.path() + "[" + index + "]");
            part.array(2).require(entry.size() == 2, "a token and its score");
            part.at(0).text(0, MAX_UNIGRAM);
            part.at(1)
                    .require(
                            entry.get(1).isNumber()
                                    && Double.isFinite(entry.get(1).doubleValue()),
                            "a finite number");
            index++;
        }
    }

    private static void requireUnknown(ObjectNode model) throws IOException {
        JsonNode vocab = model.get(VOCAB);
        if (model.hasNonNull(UNK_TOKEN) && !vocab.has(model.get(UNK_TOKEN).textValue())) {
            throw new IOException("model.unk_token is '"
                    + TokenizerNode.shown(model.get(UNK_TOKEN).textValue()) + "', which is not in its vocab");
        }
        if (model.hasNonNull(UNK_ID) && model.get(UNK_ID).intValue() >= vocab.size()) {
            throw new IOException(
                    "model.unk_id is " + model.get(UNK_ID) + ", but its vocab has " + vocab.size() + " tokens");
        }
    }

    /** Checks that every merge joins two tokens of the vocabulary to a third one. */
    private static void requireMerges(ObjectNode model) throws IOException {
        JsonNode vocab = model.get(VOCAB);
        String prefix = model.path(PREFIX).asText("");
        for (JsonNode merge : model.get(MERGES)) {
            String[] pair = pair(merge);
            if (pair.length == 0) {
                continue;
            }
            if (!pair[1].startsWith(prefix)) {
                throw new IOException("its merge " + TokenizerNode.shown(merge.toString()) + " has the second token '"
                        + TokenizerNode.shown(pair[1]) + "'; expected the continuing_subword_prefix '" + prefix
                        + "' before it");
            }
            for (String token : new String[] {pair[0], pair[1], pair[0] + pair[1].substring(prefix.length())}) {
                if (!vocab.has(token)) {
                    throw new IOException("its merge " + TokenizerNode.shown(merge.toString()) + " needs token '"
                            + TokenizerNode.shown(token) + "', which is not in its vocab");
                }
            }
        }
    }

    /** Returns the two tokens of a merge; an empty array for a version line. */
    private static String[] pair(JsonNode merge) throws IOException {
        if (merge.isTextual()) {
            if (merge.textValue().startsWith("#version")) {
                return new String[0];
            }
            String[] pair = merge.textValue().split(" ", -1);
            if (pair.length == 2) {
                return pair;
            }
        } else if (merge.isArray()
                && merge.size() == 2
                && merge.get(0).isTextual()
                && merge.get(1).isTextual()) {
            return new String[] {merge.get(0).textValue(), merge.get(1).textValue()};
        }
        throw new IOException("its merge " + TokenizerNode.shown(merge.toString()) + " is not a pair of tokens");
    }

    /** Returns the largest id in a vocabulary; -1 if it is empty. */
    static int largestId(ObjectNode model) {
        JsonNode vocab = model.get(VOCAB);
        int largest = vocab.isArray() ? vocab.size() - 1 : -1;
        if (vocab.isObject()) {
            for (JsonNode id : vocab) {
                largest = Math.max(largest, id.intValue());
            }
        }
        return largest;
    }

    /** Returns the ids of the given tokens that are in the vocabulary. */
    static Map<String, Integer> ids(ObjectNode model, Set<String> tokens) {
        JsonNode vocab = model.get(VOCAB);
        Map<String, Integer> ids = new HashMap<>();
        if (vocab.isObject()) {
            tokens.stream()
                    .filter(vocab::has)
                    .forEach(token -> ids.put(token, vocab.get(token).intValue()));
        }
        for (int i = 0; vocab.isArray() && i < vocab.size(); i++) {
            String token = vocab.get(i).get(0).textValue();
            if (tokens.contains(token)) {
                ids.put(token, i);
            }
        }
        return ids;
    }
}
