package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentSchema.FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.OPTIONAL_FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.oneOf;
import static io.github.tribuopeft.backbone.ComponentSchema.optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Rules for pre-tokenizers: components that never panic and do not lengthen a text repeatedly. */
final class PreTokenizerRules {

    private static final ComponentSchema.Setting CHARACTER = value -> {
        String text = value.text(1, 2);
        value.require(text.codePointCount(0, text.length()) == 1, "a single character");
    };

    private static final ComponentSchema.Setting BEHAVIOR =
            oneOf("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");

    private static final PipelineStage ROLE = new PipelineStage(
            "pre_tokenizer",
            "pretokenizers",
            new ComponentSchema("BertPreTokenizer"),
            new ComponentSchema("ByteLevel")
                    .with("add_prefix_space", FLAG)
                    .with("trim_offsets", FLAG)
                    .with("use_regex", OPTIONAL_FLAG),
            new ComponentSchema("CharDelimiterSplit").with("delimiter", CHARACTER),
            new ComponentSchema("Digits").with("individual_digits", FLAG),
            new ComponentSchema("Metaspace")
                    .with("replacement", CHARACTER)
                    .with("add_prefix_space", OPTIONAL_FLAG)
                    .with("prepend_scheme", optional(oneOf("always", "first", "never")))
                    .with("split", OPTIONAL_FLAG)
                    .with("str_rep", optional(CHARACTER)),
            new ComponentSchema("Punctuation").with("behavior", optional(BEHAVIOR)),
            new ComponentSchema("Split")
                    .with("pattern", TextPattern::of)
                    .with("behavior", BEHAVIOR)
                    .with("invert", FLAG),
            new ComponentSchema("UnicodeScripts"),
            new ComponentSchema("Whitespace"),
            new ComponentSchema("WhitespaceSplit"));

    private PreTokenizerRules() {}

    /** Returns the pre-tokenizer of a tokenizer after checking it; JSON null if there is none. */
    static JsonNode check(TokenizerNode tokenizer) throws IOException {
        List<ObjectNode> components = ROLE.components(tokenizer);
        long byteLevels = components.stream()
                .filter(component -> PipelineStage.isOf(component, "ByteLevel"))
                .count();
        if (byteLevels > 1) {
            throw new IOException("pre_tokenizer has " + byteLevels
                    + " components ByteLevel, each of which makes the text longer; expected at most one");
        }
        return ROLE.sequence(components);
    }
}
