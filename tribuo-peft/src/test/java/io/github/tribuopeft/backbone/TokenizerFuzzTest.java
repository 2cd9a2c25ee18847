package io.github.tribuopeft.backbone;

import io.github.tribuopeft.testing.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Damaged {@code tokenizer.json} files, which must not crash the native library. */
class TokenizerFuzzTest {

    private static final String BYTE_LEVEL =
            "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[{\"id\":4,"
                    + "\"content\":\"<s>\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}],"
                    + "\"normalizer\":{\"type\":\"NFC\"},\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":"
                    + "{\"Regex\":\"\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*\"},\"behavior\":\"Isolated\",\"invert\":false},"
                    + "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}]},\"post_processor\":"
                    + "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\","
                    + "\"type_id\":0}}],\"pair\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"Sequence\":{\"id\":\"B\",\"type_id\":1}}],"
                    + "\"special_tokens\":{\"<s>\":{\"id\":\"<s>\",\"ids\":[4],\"tokens\":[\"<s>\"]}}},\"decoder\":null,"
                    + "\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\"continuing_subword_prefix\":null,"
                    + "\"end_of_word_suffix\":null,\"fuse_unk\":false,\"byte_fallback\":false,\"vocab\":{\"a\":0,\"b\":1,\"Ġ\":2,\"Ġa\":3,\"<s>\":4},"
                    + "\"merges\":[\"Ġ a\"]}}";

    private static final String UNIGRAM =
            "{\"version\":\"1.0\",\"truncation\":{\"direction\":\"Right\",\"max_length\":8,\"strategy\":"
                    + "\"LongestFirst\",\"stride\":0},\"padding\":{\"strategy\":\"BatchLongest\",\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                    + "\"pad_id\":1,\"pad_type_id\":0,\"pad_token\":\"<pad>\"},\"added_tokens\":[],\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":"
                    + "[{\"type\":\"NFKC\"},{\"type\":\"Replace\",\"pattern\":{\"Regex\":\" {2,}\"},\"content\":\" \"}]},\"pre_tokenizer\":"
                    + "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true},\"post_processor\":"
                    + "{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",2],\"cls\":[\"<s>\",0],\"trim_offsets\":true,\"add_prefix_space\":false},"
                    + "\"decoder\":null,\"model\":{\"type\":\"Unigram\",\"unk_id\":3,\"vocab\":[[\"<s>\",0.0],[\"<pad>\",0.0],[\"</s>\",0.0],"
                    + "[\"<unk>\",0.0],[\"▁\",-2.5],[\"a\",-3.25],[\"▁a\",-2.0]],\"byte_fallback\":false}}";

    static byte[] byteLevel() {
        return BYTE_LEVEL.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] unigram() {
        return UNIGRAM.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a tokenizer with a charsmap, like that of XLM-RoBERTa. */
    static byte[] precompiled() {
        return UNIGRAM.replace(
                        "{\"type\":\"NFKC\"}",
                        "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"" + PrecompiledCharsmapTest.valid()
                                + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void tokenizers() throws Exception {
        List<byte[]> sound = List.of(wordPiece(), byteLevel(), unigram());
        Fuzz.run(
                new Fuzz.Target(
                        "tokenizer.json",
                        3000,
                        sound,
                        Set.of(IOException.class, BackboneException.class),
                        TokenizerFuzzTest::read),
                20251125L);
    }

    private static byte[] wordPiece() throws IOException {
        try (InputStream in = Fuzz.class.getResourceAsStream("tiny-tokenizer.json")) {
            return in.readAllBytes();
        }
    }

    /** Opens a tokenizer and uses it. */
    private static void read(byte[] json) throws IOException {
        try (BackboneTokenizer tokenizer = new BackboneTokenizer(new ByteArrayInputStream(json))) {
            tokenizer.decode(tokenizer.encode("a good film, b 12", 6).ids());
            tokenizer.encodeWords(List.of("a", "good", "<s>", "", "12"));
        }
    }
}
