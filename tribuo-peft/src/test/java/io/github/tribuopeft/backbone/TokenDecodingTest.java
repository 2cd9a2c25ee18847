package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenDecodingTest {

    private static final String MANY_SCRIPTS = "a 東京 😀 👩‍👩‍👧 e\u0301 Zürich 한국어 日本語\n𝒳";

    private static BackboneTokenizer open(Path folder) throws IOException {
        return new BackboneTokenizer(Files.newInputStream(folder.resolve("tokenizer.json")));
    }

    private static BackboneTokenizer golden(String family) throws IOException {
        return open(GoldenFiles.own().resolve(family).resolve("model"));
    }

    /** Texts of the tokenizers library. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert",
                "roberta",
                "xlm-roberta",
                "distilbert",
                "electra",
                "mpnet",
                "modernbert",
                "gpt2",
                "llama",
                "llama3",
                "mistral",
                "qwen2",
                "qwen3"
            })
    void textsAgreeWithTheLibrary(String family) throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(GoldenFiles.own()
                        .resolve(family)
                        .resolve("decoding.json")
                        .toFile());
        assertThat(expected).hasSizeGreaterThan(20);
        try (BackboneTokenizer tokenizer = golden(family)) {
            for (JsonNode text : expected) {
                int[] ids = StreamSupport.stream(text.get("ids").spliterator(), false)
                        .mapToInt(JsonNode::intValue)
                        .toArray();
                assertThat(tokenizer.decode(ids)).isEqualTo(text.get("text").textValue());
            }
        }
    }

    /** Mistral's tokenizer has tokens for single bytes. */
    @Test
    void aStreamHasWholeCharacters() throws IOException {
        try (BackboneTokenizer tokenizer = golden("mistral")) {
            assertStreamed(tokenizer, MANY_SCRIPTS);
        }
    }

    @Test
    void aStreamOfARealModelHasWholeCharacters() throws IOException {
        Path model = GoldenFiles.models().resolve("stories260k");
        assumeThat(model).isDirectory();
        try (BackboneTokenizer tokenizer = open(model)) {
            assertStreamed(tokenizer, MANY_SCRIPTS);
        }
    }

    private static void assertStreamed(BackboneTokenizer tokenizer, String text) {
        int[] ids = tokenizer.encodeWithoutSpecialTokens(text);
        assertThat(ids.length).isGreaterThan(text.length());
        for (int prompt = 0; prompt < 3; prompt++) {
            int[] before = Arrays.copyOf(ids, prompt);
            TokenStreamDecoder decoder = tokenizer.streamDecoder(before);
            StringBuilder streamed = new StringBuilder(tokenizer.decode(before));
            for (int i = prompt; i < ids.length; i++) {
                String added = decoder.append(ids[i]);
                assertThat(added).doesNotContain("\uFFFD");
                assertThat(added.isEmpty() || Character.isHighSurrogate(added.charAt(added.length() - 1)))
                        .isEqualTo(added.isEmpty());
                streamed.append(added);
            }
            assertThat(decoder.finish()).isEmpty();
            assertThat(streamed.toString()).isEqualTo(text);
        }
    }

    /** Two of the three bytes of a character, then letters, then the text ends within a character. */
    @Test
    void incompleteCharacters() throws IOException {
        try (BackboneTokenizer tokenizer = golden("mistral")) {
            int[] character = tokenizer.encodeWithoutSpecialTokens("東");
            int[] bytes = Arrays.copyOfRange(character, character.length - 3, character.length);
            int letter = tokenizer.encodeWithoutSpecialTokens("xa")[2];
            TokenStreamDecoder decoder = tokenizer.streamDecoder();
            assertThat(decoder.append(letter)).isEqualTo("a");
            assertThat(decoder.append(bytes[0])).isEmpty();
            assertThat(decoder.append(bytes[1])).isEmpty();
            assertThat(decoder.append(letter)).isEqualTo("\uFFFD\uFFFDa");
            assertThat(decoder.append(bytes[0])).isEmpty();
            assertThat(decoder.finish()).isEqualTo("\uFFFD");
            assertThat(decoder.finish()).isEmpty();
        }
    }

    /** A character that is never complete does not delay the text without end. */
    @Test
    void aLongRunOfInvalidBytes() throws IOException {
        try (BackboneTokenizer tokenizer = golden("mistral")) {
            int[] character = tokenizer.encodeWithoutSpecialTokens("東");
            TokenStreamDecoder decoder = tokenizer.streamDecoder();
            StringBuilder streamed = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                streamed.append(decoder.append(character[character.length - 1]));
            }
            assertThat(streamed.length()).isGreaterThan(60);
            assertThat(streamed.append(decoder.finish()).toString()).isEqualTo("\uFFFD".repeat(100));
        }
    }

    @Test
    void negativeIds() throws IOException {
        try (BackboneTokenizer tokenizer = golden("gpt2")) {
            assertThatThrownBy(() -> tokenizer.decode(3, -1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A token id must not be negative, but is -1");
            assertThat(tokenizer.decode(Integer.MAX_VALUE)).isEmpty();
        }
    }
}
