package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that PEFT trained with rarely used settings: the logits agree with PEFT's, or the adapter is rejected. */
@Tag("gpu")
class AdapterSettingsParityTest {

    private static final HuggingFaceDirectory BERT = new HuggingFaceDirectory(
            new Golden(GoldenFiles.own()).in("bert/model").folder());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lora_eva",
                "lora_gaussian",
                "lora_mica",
                "lora_orthogonal",
                "lora_patterns",
                "lora_layers",
                "lora_regex",
                "lora_pooler",
                "lora_pissa_converted",
                "ia3_suffixes",
                "prefix_projection",
                "prompt_vocabulary",
            })
    void logitsAgreeWithPeft(String name) {
        Golden golden = Golden.own("adapter/settings/" + name);
        try (AdaptedModel model = PeftAdapterDirectory.open(golden.folder()).model(BERT);
                Backbone backbone = Backbone.open(BERT, TestDevice.get(), Precision.FP32);
                AdaptedBackbone adapted = new AdaptedBackbone(
                        backbone,
                        model.state().adapter(),
                        model.state().pooling(),
                        model.state().head(),
                        model.state().headTensors())) {
            float[] expected = golden.tensor("logits").values();
            List<float[][]> found =
                    adapted.logits(new Golden(GoldenFiles.own()).in("bert").sequences());
            assertThat(found).hasSize(expected.length / 3);
            for (int row = 0; row < found.size(); row++) {
                assertThat(found.get(row)[0])
                        .as("text %d", row)
                        .containsExactly(Arrays.copyOfRange(expected, 3 * row, 3 * row + 3), within(1e-5f));
            }
        }
    }

    /**
     * PiSSA subtracts the initial values of the adapter from the backbone's weights, and PEFT does not save the
     * weights.
     */
    @Test
    void adapterOfAChangedBackbone() {
        PeftAdapterDirectory pissa = PeftAdapterDirectory.open(
                Golden.own("adapter/settings/lora_pissa").folder());
        assertThatThrownBy(() -> pissa.model(BERT))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll(
                        "adapter_config.json: 'init_lora_weights' is \"pissa\"",
                        "path_initial_model_for_weight_conversion");
        assertThatThrownBy(() -> pissa.adapter(BERT)).hasMessageContaining("pissa");
    }
}
