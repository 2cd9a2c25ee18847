package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentKind.FLAG;
import static io.github.tribuopeft.backbone.ComponentKind.OPTIONAL_FLAG;
import static io.github.tribuopeft.backbone.ComponentKind.oneOf;
import static io.github.tribuopeft.backbone.ComponentKind.optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Pre-tokenizers that are safe for every text. */
final class PreTokenizerRules {

    private static final ComponentKind.Setting CHARACTER = value -> {
        String text = value.text(1, 2);
        value.require(text.codePointCount(0, text.length()) == 1, "a single character");
    };

    private static final ComponentKind.Setting BEHAVIOR =
            oneOf("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

    private static final ComponentRole ROLE = new ComponentRole(
            "pre_tokenizer",
            "pretokenizers",
            new ComponentKind("BertPreTokenizer"),
            new ComponentKind("ByteLevel")
                    .with("add_prefix_space", FLAG)
                    .with("trim_offsets", FLAG)
                    .with("use_regex", OPTIONAL_FLAG),
            new ComponentKind("CharDelimiterSplit").with("delimiter", CHARACTER),
            new ComponentKind("Digits").with("individual_digits", FLAG),
            new ComponentKind("Metaspace")
                    .with("replacement", CHARACTER)
                    .with("add_prefix_space", OPTIONAL_FLAG)
                    .with("prepend_scheme", optional(oneOf("always", "first", "never")))
                    .with("split", OPTIONAL_FLAG)
                    .with("str_rep", optional(CHARACTER)),
            new ComponentKind("Punctuation").with("behavior", optional(BEHAVIOR)),
            new ComponentKind("Split")
                    .with("pattern", TextPattern::of)
                    .with("behavior", BEHAVIOR)
                    .with("invert", FLAG),
            new ComponentKind("UnicodeScripts"),
            new ComponentKind("Whitespace"),
            new ComponentKind("WhitespaceSplit"));

    private PreTokenizerRules() {}

    /** Returns the pre-tokenizer of a tokenizer, null if it has none. */
    static JsonNode check(TokenizerPart tokenizer) throws IOException {
        List<ObjectNode> components = ROLE.components(tokenizer);
        long byteLevels = components.stream()
                .filter(component -> ComponentRole.isOf(component, "ByteLevel"))
                .count();
        if (byteLevels > 1) {
            throw new IOException("pre_tokenizer has " + byteLevels
                    + " components ByteLevel, each of which makes the text longer; supported is one");
        }
        return ROLE.sequence(components);
    }
}
