package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.ComponentSchema.FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.OPTIONAL_FLAG;
import static io.github.tribuopeft.backbone.ComponentSchema.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Rules for normalizers: components that never panic and lengthen a text at most by a constant factor. */
final class NormalizerRules {

    /** Maximum number of characters that one character may become. The charsmaps of SentencePiece need 18. */
    private static final int MAX_GROWTH = 64;

    private static final String REPLACE = "Replace";
    private static final String PRECOMPILED = "Precompiled";
    private static final String CONTENT = "content";
    private static final String CHARSMAP = "precompiled_charsmap";

    private static final PipelineStage ROLE = new PipelineStage(
            "normalizer",
            "normalizers",
            new ComponentSchema("BertNormalizer")
                    .with("clean_text", FLAG)
                    .with("handle_chinese_chars", FLAG)
                    .with("strip_accents", OPTIONAL_FLAG)
                    .with("lowercase", FLAG),
            new ComponentSchema("ByteLevel"),
            new ComponentSchema("Lowercase"),
            new ComponentSchema("NFC"),
            new ComponentSchema("NFD"),
            new ComponentSchema("NFKC"),
            new ComponentSchema("NFKD"),
            new ComponentSchema("Nmt"),
            new ComponentSchema(PRECOMPILED).with(CHARSMAP, PrecompiledCharsmap::of),
            new ComponentSchema("Prepend").with("prepend", text(1, 16)),
            new ComponentSchema(REPLACE).with("pattern", TextPattern::of).with(CONTENT, text(0, 64)),
            new ComponentSchema("Strip").with("strip_left", FLAG).with("strip_right", FLAG),
            new ComponentSchema("StripAccents"));

    private NormalizerRules() {}

    /** Returns the normalizer of a tokenizer after checking it; JSON null if there is none. */
    static JsonNode check(TokenizerNode tokenizer) throws IOException {
        List<ObjectNode> components = ROLE.components(tokenizer);
        requireLimitedGrowth("normalizer", components);
        return ROLE.sequence(components);
    }

    /** Refuses a stage whose components together may lengthen a text too much. */
    static void requireLimitedGrowth(String stage, List<ObjectNode> components) throws IOException {
        long growth = 1;
        for (ObjectNode component : components) {
            growth *= growth(component);
            if (growth > MAX_GROWTH) {
                throw new IOException(stage + " may turn one character into more than " + MAX_GROWTH
                        + "; its replacements are too long, or too many of them follow each other");
            }
        }
    }

    /** Returns the maximum number of characters that a component makes of one, without Unicode decompositions. */
    private static int growth(ObjectNode component) throws IOException {
        TokenizerNode part = new TokenizerNode(component, "normalizer");
        if (PipelineStage.isOf(component, REPLACE)) {
            int content = component.get(CONTENT).textValue().length();
            return Math.max(
                    1, ceilDiv(content, TextPattern.of(part.at("pattern")).shortest()));
        }
        if (PipelineStage.isOf(component, PRECOMPILED)) {
            return PrecompiledCharsmap.of(part.at(CHARSMAP)).growth();
        }
        return PipelineStage.isOf(component, "ByteLevel") ? 4 : 1;
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
