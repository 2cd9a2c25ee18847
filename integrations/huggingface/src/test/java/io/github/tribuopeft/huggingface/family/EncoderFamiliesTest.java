package io.github.tribuopeft.huggingface.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny models of all families of encoders that transformers saved ({@code src/test/python/tiny_families.py}). */
class EncoderFamiliesTest {

    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path directory;

    private static Golden saved(String family) {
        return Golden.own("family/" + family);
    }

    private Backbone open(Golden saved) throws IOException {
        return Backbone.open(saved.copyTo(directory), TestDevice.get(), Precision.FP32);
    }

    private void check(String family, String expected, Map<String, Tensor> adapter, VirtualTokens virtual)
            throws IOException {
        Golden saved = saved(family);
        try (Backbone backbone = open(saved);
                NDManager scope = backbone.newManager()) {
            Map<String, NDArray> entries = new HashMap<>();
            adapter.forEach((name, tensor) -> entries.put(name, tensor.upload(scope)));
            NDArray hidden = saved.batch()
                    .tokenStates(TorchRuntime.withoutGradients(
                            () -> backbone.forward(scope, saved.batch(), entries, virtual)));
            Golden.assertRealTokens(
                    hidden, saved.tensor(expected), saved.batch(), entries.isEmpty() ? 0 : virtual.count(), TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert"})
    void hiddenStates(String family) throws IOException {
        check(family, "last_hidden_state", Map.of(), VirtualTokens.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert"})
    void hiddenStatesWithPrompt(String family) throws IOException {
        Tensor prompt = saved(family).tensor("prompt");
        check(
                family,
                "prompted.last_hidden_state",
                Map.of("prompt", prompt),
                new VirtualTokens((int) prompt.shape().get(1), Placement.BEFORE));
    }

    /** Reads a family's configuration after a change. */
    private static Architecture architecture(String family, Consumer<ObjectNode> change) throws IOException {
        Path file = saved(family).folder().resolve("config.json");
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        change.accept(json);
        ConfigFile config = new ConfigFile(json, file);
        return Families.of(config).architecture(config);
    }

    @ParameterizedTest
    @CsvSource({
        "roberta, hidden_act, gelu",
        "electra, hidden_act, gelu",
        "mpnet, hidden_act, gelu",
        "distilbert, activation, gelu",
        "modernbert, hidden_activation, gelu",
        "roberta, position_embedding_type, absolute",
        "roberta, is_decoder, false",
        "mpnet, relative_attention_num_buckets, 32",
        "modernbert, norm_bias, false",
        "modernbert, attention_bias, false",
        "modernbert, mlp_bias, false"
    })
    void unsupportedValues(String family, String key, String computed) {
        assertThatThrownBy(() -> architecture(family, json -> json.put(key, "other")))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("config.json: '" + key + "' is 'other'")
                .hasMessageContaining("computes '" + computed + "'");
    }

    @Test
    void irregularLayerTypesOfModernBert() {
        assertThatThrownBy(() -> architecture("modernbert", json -> json.putArray("layer_types")
                        .add("full_attention")
                        .add("sliding_attention")
                        .add("full_attention")
                        .add("full_attention")))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'layer_types' has 'full_attention' at layer 3");
    }

    @Test
    void scaledRotationOfModernBert() {
        assertThatThrownBy(() -> architecture("modernbert", json -> json.withObject("/rope_parameters/full_attention")
                        .put("rope_type", "yarn")))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'rope_type' is 'yarn'")
                .hasMessageContaining("'default'");
    }

    /** Configuration of transformers 4, as on the hub. */
    @Test
    void modernBertOfTransformers4() throws IOException {
        Architecture before = architecture("modernbert", json -> {
            json.remove("layer_types");
            json.remove("rope_parameters");
            json.put("global_attn_every_n_layers", 3);
            json.put("global_rope_theta", 160_000.0);
            json.put("local_rope_theta", 10_000.0);
        });
        assertThat(before).isEqualTo(architecture("modernbert", json -> {}));
    }

    @Test
    void positionsOfRobertaStartAfterPadding() throws IOException {
        assertThat(architecture("roberta", json -> {}).dimensions().positions()).isEqualTo(24);
        assertThat(architecture("roberta", json -> json.put("pad_token_id", 0))
                        .dimensions()
                        .positions())
                .isEqualTo(25);
        assertThatThrownBy(() -> architecture("roberta", json -> json.put("pad_token_id", -1)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'pad_token_id' must be an integer that is not negative, but is -1");
    }
}
