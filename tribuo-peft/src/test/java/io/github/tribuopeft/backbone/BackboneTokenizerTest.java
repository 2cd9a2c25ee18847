package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.testing.GoldenFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackboneTokenizerTest {

    private static final String BYTE_LEVEL =
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}";

    /** Vocabulary of a, b and the space, which is written Ġ; a space and an a are merged. */
    private static BackboneTokenizer tiny(String preTokenizer) throws IOException {
        String json =
                "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],\"normalizer\":null,"
                        + "\"pre_tokenizer\":" + preTokenizer + ",\"post_processor\":null,\"decoder\":null,\"model\":"
                        + "{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\"continuing_subword_prefix\":null,"
                        + "\"end_of_word_suffix\":null,\"fuse_unk\":false,\"byte_fallback\":false,"
                        + "\"vocab\":{\"a\":0,\"b\":1,\"Ġ\":2,\"Ġa\":3,\"▁\":4},\"merges\":[\"Ġ a\"]}}";
        return new BackboneTokenizer(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<List<Integer>> subwords(TokenizedWords words) {
        return words.subwords().stream()
                .map(ids -> IntStream.of(ids).boxed().toList())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BYTE_LEVEL,
                "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
                        + BYTE_LEVEL + "]}"
            })
    void byteLevelTokenizersAddASpaceBeforeWords(String preTokenizer) throws IOException {
        try (BackboneTokenizer tokenizer = tiny(preTokenizer)) {
            assertThat(subwords(tokenizer.encodeWords(List.of("a", "b", "ab", " a"))))
                    .containsExactly(List.of(3), List.of(2, 1), List.of(3, 1), List.of(3));
            // texts do not change
            assertThat(tokenizer.encodeWithoutSpecialTokens("a a")).containsExactly(0, 3);
        }
    }

    /** Metaspace has an older setting of the same name, which is not changed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"add_prefix_space\":false}",
                "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true}",
                "null"
            })
    void otherTokenizersDoNotChange(String preTokenizer) throws IOException {
        byte[] json = ("{\"pre_tokenizer\":" + preTokenizer
                        + ",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(TokenizerJson.parse(json).withPrefixSpace()).isEmpty();
    }

    @Test
    void closedTokenizersDoNotOpenNewOnes() throws IOException {
        BackboneTokenizer tokenizer = tiny(BYTE_LEVEL);
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encodeWords(List.of("a"))).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"model\":{}}", "not json"})
    void invalidTokenizers(String json) {
        assertThatThrownBy(() -> new BackboneTokenizer(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is not a valid tokenizer.json");
    }

    /** The native library reads this file, but crashes the JVM at the first text. */
    @Test
    void templateWithAnUnknownToken() {
        String json =
                "{\"post_processor\":{\"type\":\"Sequence\",\"processors\":[{\"type\":\"TemplateProcessing\",\"single\":"
                        + "[{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}]}}";
        assertThatThrownBy(() -> new BackboneTokenizer(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'<s>'")
                .hasMessageContaining("special_tokens");
    }

    /** Results of the tokenizers library, with a space before words for byte-level tokenizers. */
    @ParameterizedTest
    @CsvSource({
        "bert, words",
        "distilbert, words",
        "mpnet, words",
        "xlm-roberta, words",
        "mistral, words",
        "roberta, words_prefix_space",
        "gpt2, words_prefix_space",
        "modernbert, words_prefix_space"
    })
    void wordsAgreeWithTheLibrary(String family, String golden) throws IOException {
        for (Path files : GoldenFiles.all()) {
            assertWords(files.resolve(family), golden);
        }
    }

    private static void assertWords(Path folder, String golden) throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(folder.resolve("golden.json").toFile())
                .get(golden);
        List<String> words = new ArrayList<>();
        expected.get("words").forEach(word -> words.add(word.asText()));
        try (BackboneTokenizer tokenizer = new BackboneTokenizer(
                Files.newInputStream(folder.resolve("model").resolve("tokenizer.json")))) {
            TokenizedWords found = tokenizer.encodeWords(words);
            List<Integer> ids = new ArrayList<>();
            List<Integer> wordIds = new ArrayList<>();
            add(ids, wordIds, found.opening(), null);
            for (int word = 0; word < words.size(); word++) {
                add(ids, wordIds, found.subwords().get(word), word);
            }
            add(ids, wordIds, found.closing(), null);
            assertThat(ids).as("ids in %s", folder).containsExactlyElementsOf(integers(expected.get("ids")));
            assertThat(wordIds).containsExactlyElementsOf(integers(expected.get("word_ids")));
        }
    }

    private static void add(List<Integer> ids, List<Integer> wordIds, int[] subwords, Integer wordId) {
        for (int subword : subwords) {
            ids.add(subword);
            wordIds.add(wordId);
        }
    }

    private static List<Integer> integers(JsonNode array) {
        List<Integer> values = new ArrayList<>();
        array.forEach(value -> values.add(value.isNull() ? null : Integer.valueOf(value.asInt())));
        return values;
    }
}
