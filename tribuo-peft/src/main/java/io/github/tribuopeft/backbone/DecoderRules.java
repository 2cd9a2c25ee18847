package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentSchema.FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.OPTIONAL_FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.oneOf;
import static io.github.tribuopeft.backbone.ComponentSchema.optional;
import static io.github.tribuopeft.backbone.ComponentSchema.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Rules for decoders, which join tokens to a text: components that never panic and add few characters. */
final class DecoderRules {

    private static final int MAX_AFFIX = 16;
    private static final int MAX_STRIPPED = 16;

    private static final ComponentSchema.Setting CHARACTER = value -> value.require(
            value.text(1, 2).codePointCount(0, value.json().textValue().length()) == 1, "a single character");

    private static final PipelineStage ROLE = new PipelineStage(
            "decoder",
            "decoders",
            new ComponentSchema("BPEDecoder").with("suffix", text(1, MAX_AFFIX)),
            new ComponentSchema("ByteFallback"),
            new ComponentSchema("ByteLevel")
                    .with("add_prefix_space", OPTIONAL_FLAG)
                    .with("trim_offsets", OPTIONAL_FLAG)
                    .with("use_regex", OPTIONAL_FLAG),
            new ComponentSchema("Fuse"),
            new ComponentSchema("Metaspace")
                    .with("replacement", CHARACTER)
                    .with("add_prefix_space", OPTIONAL_FLAG)
                    .with("prepend_scheme", optional(oneOf("always", "first", "never")))
                    .with("split", OPTIONAL_FLAG)
                    .with("str_rep", optional(CHARACTER)),
            new ComponentSchema("Replace").with("pattern", TextPattern::of).with("content", text(0, 64)),
            new ComponentSchema("Strip")
                    .with("content", CHARACTER)
                    .with("start", value -> value.integer(0, MAX_STRIPPED))
                    // the library panics if a token has fewer characters than it strips at the end
                    .with("stop", value -> value.integer(0, 0)),
            new ComponentSchema("WordPiece").with("prefix", text(1, MAX_AFFIX)).with("cleanup", FLAG));

    private DecoderRules() {}

    /** Returns the decoder of a tokenizer after checking it; JSON null if there is none. */
    static JsonNode check(TokenizerNode tokenizer) throws IOException {
        List<ObjectNode> components = ROLE.components(tokenizer);
        NormalizerRules.requireLimitedGrowth("decoder", components);
        return ROLE.sequence(components);
    }
}
