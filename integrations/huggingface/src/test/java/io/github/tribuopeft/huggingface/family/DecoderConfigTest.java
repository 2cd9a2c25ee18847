package io.github.tribuopeft.huggingface.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.architecture.Rotary;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Architectures from configurations of decoders, and errors about unsupported values. */
class DecoderConfigTest {

    private static final String LLAMA = """
            {"vocab_size": 50, "max_position_embeddings": 64, "hidden_size": 32, "num_hidden_layers": 3,
             "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 72, "rms_norm_eps": 1e-6,
             "hidden_act": "silu"}""";

    private static final String GPT2 = """
            {"vocab_size": 50, "n_positions": 64, "n_embd": 32, "n_layer": 3, "n_head": 4,
             "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new"}""";

    private static ConfigFile config(String type, String changes) {
        try {
            ObjectMapper json = new ObjectMapper();
            ObjectNode values = (ObjectNode) json.readTree(type.equals("gpt2") ? GPT2 : LLAMA);
            values.put("model_type", type);
            values.setAll((ObjectNode) json.readTree(changes));
            return new ConfigFile(values, Path.of("config.json"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Architecture architecture(String type, String changes) {
        ConfigFile config = config(type, changes);
        return Families.of(config).architecture(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama | {'rope_parameters': {'rope_type': 'yarn', 'factor': 4.0}} |"
                        + " 'rope_parameters.rope_type' is 'yarn' | default, linear and llama3",
                "llama | {'rope_scaling': {'type': 'dynamic', 'factor': 2.0}} | 'rope_scaling.type' is 'dynamic' |"
                        + " default, linear and llama3",
                "llama | {'rope_scaling': {'factor': 4.0}} | 'rope_scaling.type' is 'missing' | linear",
                "llama | {'rope_scaling': {'type': 'linear'}} | 'rope_scaling.factor' must be a number | missing",
                "llama | {'rope_scaling': {'rope_type': 'llama3', 'factor': 8}} | 'rope_scaling.low_freq_factor' |"
                        + " missing",
                "qwen2 | {'rope_parameters': {'partial_rotary_factor': 0.5}} |"
                        + " 'rope_parameters.partial_rotary_factor' is '0.5' | computes 1",
                "mistral | {'hidden_act': 'gelu'} | 'hidden_act' is 'gelu' | 'silu'",
                "llama | {'attention_bias': 'some'} | 'attention_bias' must be true or false | some",
                "llama | {'num_key_value_heads': 0} | 'num_key_value_heads' must be a positive integer | 0",
                "qwen3 | {'layer_types': ['full_attention', 'sliding_attention']} |"
                        + " 'layer_types' is 'sliding_attention' | 'full_attention' in layer 1",
                "gpt2 | {'activation_function': 'relu'} | 'activation_function' is 'relu' | 'gelu_new'",
                "gpt2 | {'scale_attn_by_inverse_layer_idx': true} | 'scale_attn_by_inverse_layer_idx' is 'true' |"
                        + " 'false'",
                "gpt2 | {'add_cross_attention': true} | 'add_cross_attention' is 'true' | 'false'"
            },
            quoteCharacter = '"')
    void unsupportedValues(String type, String changes, String found, String supported) {
        assertThatThrownBy(() -> architecture(type, changes.replace('\'', '"')))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(found)
                .hasMessageContaining(supported);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'num_key_value_heads': 3} | 4 heads cannot share 3 heads",
                "{'head_dim': 7} | must be even and at least 2, but is 7",
                "{'rope_theta': 1.0} | a base above 1"
            },
            quoteCharacter = '"')
    void contradictoryValues(String changes, String message) {
        assertThatThrownBy(() -> architecture("llama", changes.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void rotaryPositionsOfTransformers4And5() {
        String numbers =
                "\"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 32";
        Rotary expected = new Rotary(500_000, 8, 1, 4, 32);
        assertThat(RotaryConfig.of(config(
                        "llama",
                        "{\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000.0, " + numbers
                                + "}}")))
                .isEqualTo(expected);
        assertThat(RotaryConfig.of(config(
                        "llama",
                        "{\"rope_theta\": 500000.0, \"rope_scaling\": {\"rope_type\": \"llama3\", " + numbers + "}}")))
                .isEqualTo(expected);
        assertThat(RotaryConfig.of(config("llama", "{\"rope_scaling\": null}"))).isEqualTo(Rotary.plain(10_000));
    }

    @Test
    void partsOfFamilies() {
        assertThat(architecture("llama", "{}").weights()).doesNotContainKeys("layers.0.self_attn.q_proj.bias");
        assertThat(architecture("llama", "{\"attention_bias\": true, \"mlp_bias\": true}")
                        .weights())
                .containsKeys(
                        "layers.0.self_attn.q_proj.bias",
                        "layers.0.self_attn.o_proj.bias",
                        "layers.0.mlp.gate_proj.bias",
                        "layers.0.mlp.down_proj.bias");
        assertThat(architecture("qwen2", "{}").weights())
                .containsKeys("layers.0.self_attn.v_proj.bias")
                .doesNotContainKeys("layers.0.self_attn.o_proj.bias", "layers.0.self_attn.q_norm.weight");
        assertThat(architecture("qwen3", "{}").weights())
                .containsKeys("layers.2.self_attn.q_norm.weight", "layers.2.self_attn.k_norm.weight")
                .doesNotContainKeys("layers.0.self_attn.v_proj.bias");
        assertThat(architecture("llama", "{}").lmHead()).containsOnlyKeys("lm_head.weight");
        assertThat(architecture("llama", "{\"tie_word_embeddings\": true}").lmHead())
                .isEmpty();
        assertThat(architecture("gpt2", "{}").lmHead()).isEmpty();
    }

    /** Mistral has a window by default; null disables it. */
    @Test
    void windows() {
        assertThat(architecture("mistral", "{}").constants()).containsEntry("window", 4096L);
        assertThat(architecture("mistral", "{\"sliding_window\": null}").constants())
                .containsEntry("window", 0L);
        assertThat(architecture("qwen2", "{\"sliding_window\": 4096}").constants())
                .containsEntry("window", 0L);
        assertThat(architecture(
                                "qwen2",
                                "{\"use_sliding_window\": true, \"sliding_window\": 8, \"max_window_layers\": 2}")
                        .constants())
                .containsEntry("window", 8L)
                .containsEntry("first_windowed", 2L);
    }

    @Test
    void fusedLayersOfGpt2() {
        Gpt2Family family = new Gpt2Family();
        assertThat(family.locate("h.11.attn.value.weight"))
                .isEqualTo(new TensorLocation("h.11.attn.c_attn.weight", 2, 3, true));
        assertThat(family.locate("h.0.attn.query.bias"))
                .isEqualTo(new TensorLocation("h.0.attn.c_attn.bias", 0, 3, true));
        assertThat(family.locate("h.0.mlp.c_fc.weight"))
                .isEqualTo(new TensorLocation("h.0.mlp.c_fc.weight", 0, 1, true));
        assertThat(family.locate("h.0.ln_1.weight")).isEqualTo(TensorLocation.whole("h.0.ln_1.weight"));
        assertThat(family.locate("wte.weight")).isEqualTo(TensorLocation.whole("wte.weight"));
    }
}
