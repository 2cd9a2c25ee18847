package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackboneTokenizerTest {

    /** A byte-level tokenizer that knows two letters and the mark of a space. */
    private static BackboneTokenizer byteLevel(boolean marksFirstWords) throws IOException {
        String json =
                "{\"version\": \"1.0\", \"added_tokens\": [], \"normalizer\": null, \"post_processor\": null, \"decoder\": null,"
                        + "\"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": " + marksFirstWords
                        + ", \"trim_offsets\": true, \"use_regex\": true},"
                        + "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \"Ġ\": 2}, \"merges\": []}}";
        return new BackboneTokenizer(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Inside a text, where the backbone has learnt words, there is a space before each. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wordsCarryTheMarkOfTheSpaceBeforeThem(boolean marksFirstWords) throws IOException {
        try (BackboneTokenizer tokenizer = byteLevel(marksFirstWords)) {
            assertThat(tokenizer.words(List.of("a", "ba")).pieces())
                    .containsExactly(new int[] {2, 0}, new int[] {2, 1, 0});
            assertThat(tokenizer.pieces("a ba"))
                    .as("texts are as they are")
                    .containsExactly(marksFirstWords ? new int[] {2, 0, 2, 1, 0} : new int[] {0, 2, 1, 0});
        }
    }
}
