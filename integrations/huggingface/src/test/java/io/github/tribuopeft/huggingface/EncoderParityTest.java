package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.TokenizedWords;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.family.Families;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares all families of encoders with transformers: tokens, configurations, hidden states. */
@ParameterizedClass
@MethodSource("io.github.tribuopeft.huggingface.Golden#roots")
@Tag("gpu")
class EncoderParityTest {

    @Parameter
    private Golden files;

    private static final double TOLERANCE = 2e-5;

    private static NDArray states(Backbone backbone, NDManager scope, TokenBatch batch) {
        return TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert"})
    void hiddenStates(String family) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone("model");
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden = states(backbone, scope, batch);
            Golden.assertRealTokens(hidden, golden.tensor("last_hidden_state"), batch, 0, TOLERANCE);
            assertThat(TextPooling.MEAN.pool(hidden, batch).toFloatArray())
                    .containsExactly(golden.tensor("mean_pooled").values(), within((float) TOLERANCE));
        }
    }

    /** Single sequences without padding. Only some families pass token types to the model. */
    @ParameterizedTest
    @CsvSource({
        "bert, words",
        "roberta, words",
        "roberta, words_prefix_space",
        "xlm-roberta, words",
        "distilbert, words",
        "electra, words",
        "mpnet, words",
        "modernbert, words",
        "modernbert, words_prefix_space",
        "bert, pair",
        "roberta, pair",
        "xlm-roberta, pair",
        "distilbert, pair",
        "electra, pair",
        "mpnet, pair",
        "modernbert, pair"
    })
    void hiddenStatesOfOne(String family, String sequence) {
        Golden golden = files.in(family);
        JsonNode json = golden.json("golden.json").get(sequence);
        int[] ids = ints(json.get("ids"));
        int[] types = sequence.equals("pair") ? ints(json.get("type_ids")) : new int[ids.length];
        TokenBatch batch = new TokenBatch(List.of(new TokenSequence(ids, types, new int[0], 0)));
        try (Backbone backbone = golden.backbone("model");
                NDManager scope = backbone.newManager()) {
            Tensor expected = golden.tensor(sequence + ".last_hidden_state");
            Golden.assertRealTokens(states(backbone, scope, batch), expected, batch, 0, TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert"})
    void tokensOfTexts(String family) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone("model")) {
            for (JsonNode text : golden.json("golden.json").get("texts")) {
                TokenSequence tokens =
                        backbone.tokenizer().encode(text.get("text").asText(), 64);
                assertThat(tokens.ids()).as(text.get("text").asText()).containsExactly(ints(text.get("ids")));
                assertThat(tokens.types()).containsExactly(ints(text.get("type_ids")));
            }
        }
    }

    /** Byte-level tokenizers encode the space before a word, which a single word does not have. */
    @ParameterizedTest
    @CsvSource({
        "bert, words",
        "roberta, words_prefix_space",
        "xlm-roberta, words",
        "distilbert, words",
        "electra, words",
        "mpnet, words",
        "modernbert, words_prefix_space"
    })
    void tokensOfWords(String family, String sequence) {
        Golden golden = files.in(family);
        JsonNode json = golden.json("golden.json").get(sequence);
        List<String> words = new ArrayList<>();
        json.get("words").forEach(word -> words.add(word.asText()));
        try (Backbone backbone = golden.backbone("model")) {
            TokenizedWords pieces = backbone.tokenizer().encodeWords(words);
            TokenizedWords.Window whole = pieces.windows(64).get(0);
            assertThat(whole.tokens().ids()).containsExactly(ints(json.get("ids")));
            int[] owners = ints(json.get("word_ids"));
            for (int word = 0; word < words.size(); word++) {
                int owner = word;
                assertThat(pieces.subwords().get(word))
                        .as(words.get(word))
                        .containsExactly(IntStream.range(0, owners.length)
                                .filter(token ->
                                        !json.get("word_ids").get(token).isNull() && owners[token] == owner)
                                .map(token -> json.get("ids").get(token).asInt())
                                .toArray());
            }
        }
    }

    /** Most checkpoints on the hub have configurations of transformers 4. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert"})
    void configurationsOfTransformers4And5(String family) {
        Golden golden = files.in(family);
        ConfigFile now = golden.config("config.json");
        ConfigFile before = golden.config("config.v4.json");
        assertThat(before.json()).isNotEqualTo(now.json());
        assertThat(Families.of(before).architecture(before))
                .isEqualTo(Families.of(now).architecture(now));
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
