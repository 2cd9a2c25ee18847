package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.TunedModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.Shared;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that PEFT wrote, as models of ours: what they say of the golden batch, and what is written of them again. */
class PeftAdapterParityTest {

    @TempDir
    private Path folder;

    private static HuggingFaceDirectory backbone(String family) {
        return new HuggingFaceDirectory(Golden.of(family + "/model").folder());
    }

    private static List<float[][]> logits(TunedModel model, String family, List<TokenSequence> sequences) {
        try (Backbone backbone = Backbone.open(backbone(family), Device.cpu(), Precision.FP32);
                AdaptedBackbone adapted = new AdaptedBackbone(
                        backbone,
                        model.parts().adapter(),
                        model.parts().readout(),
                        model.parts().head(),
                        model.parts().headTensors())) {
            return adapted.logits(sequences);
        }
    }

    private static void assertLogitsOfTexts(TunedModel model, Golden golden, String family, String name) {
        Tensor expected = golden.tensor(name);
        List<float[][]> found = logits(model, family, Golden.of(family).sequences());
        int labels = (int) expected.shape().get(1);
        for (int row = 0; row < found.size(); row++) {
            float[] want = new float[labels];
            System.arraycopy(expected.values(), row * labels, want, 0, labels);
            assertThat(found.get(row)[0]).as("text %d", row).containsExactly(want, within(1e-4f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert, prompt_tuning",
        "bert, p_tuning",
        "bert, prefix_tuning",
        "bert, lora",
        "bert, ia3",
        "roberta, prompt_tuning",
        "roberta, p_tuning",
        "roberta, prefix_tuning",
        "roberta, lora",
        "roberta, ia3",
    })
    void logitsOfTexts(String family, String method) throws IOException {
        Golden golden = Golden.of(family + "/adapters/" + method + "_seq_cls");
        PeftAdapterDirectory directory = PeftAdapterDirectory.open(golden.folder());
        try (TunedModel model = directory.model(backbone(family));
                TunedModel real = directory.withRealFirstToken().model(backbone(family))) {
            assertThat(model).isInstanceOf(PeftModel.class);
            assertThat(model.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
            assertLogitsOfTexts(model, golden, family, "logits");
            boolean prompt = golden.names("golden.safetensors").contains("logits_real_first_token");
            assertLogitsOfTexts(real, golden, family, prompt ? "logits_real_first_token" : "logits");
            assertWrittenAgain(model, golden, family);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert, prompt_tuning",
        "bert, p_tuning",
        "bert, prefix_tuning",
        "bert, lora",
        "bert, ia3",
        "roberta, prompt_tuning",
        "roberta, p_tuning",
        "roberta, prefix_tuning",
        "roberta, lora",
        "roberta, ia3",
    })
    void logitsOfTokens(String family, String method) throws IOException {
        Golden golden = Golden.of(family + "/adapters/" + method + "_token_cls");
        Tensor expected = golden.tensor("logits");
        int width = (int) expected.shape().get(1);
        int labels = (int) expected.shape().get(2);
        // every token as if it were a word, to compare them all
        List<TokenSequence> sequences = Golden.of(family).sequences().stream()
                .map(sequence -> new TokenSequence(
                        sequence.ids(),
                        sequence.types(),
                        IntStream.range(0, sequence.length()).toArray(),
                        0))
                .toList();
        int longest = sequences.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        try (TunedModel model = PeftAdapterDirectory.open(golden.folder()).model(backbone(family))) {
            assertThat(model).isInstanceOf(PeftSequenceModel.class);
            List<float[][]> found = logits(model, family, sequences);
            for (int row = 0; row < found.size(); row++) {
                for (int token = 0; token < sequences.get(row).length(); token++) {
                    float[] want = new float[labels];
                    int place = row * width + width - longest + token; // a prompt's rows come first
                    System.arraycopy(expected.values(), place * labels, want, 0, labels);
                    assertThat(found.get(row)[token])
                            .as("text %d token %d", row, token)
                            .containsExactly(want, within(1e-4f));
                }
            }
            assertWrittenAgain(model, golden, family);
        }
    }

    static Stream<Arguments> adaptersOfStates() {
        return Stream.of("bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert")
                .flatMap(family -> Stream.of("prompt_tuning", "p_tuning", "prefix_tuning", "lora", "ia3")
                        .filter(method -> Files.isDirectory(
                                Shared.path("parity/" + family + "/adapters/" + method + "_feature_extraction")))
                        .map(method -> Arguments.of(family, method)));
    }

    /** Adapters without a head, in every family; ModernBERT's are of fused maps. */
    @ParameterizedTest
    @MethodSource("adaptersOfStates")
    void statesOfTokens(String family, String method) {
        Golden model = Golden.of(family);
        Golden golden = model.in("adapters/" + method + "_feature_extraction");
        Adapter adapter = PeftAdapterDirectory.open(golden.folder()).adapter(backbone(family));
        try (Backbone backbone = model.backbone("model");
                NDManager scope = backbone.newManager()) {
            Map<String, NDArray> entries = new HashMap<>();
            adapter.tensors().forEach((name, tensor) -> entries.put(name, tensor.upload(scope)));
            NDArray hidden = TorchRuntime.withoutGradients(
                    () -> backbone.forward(scope, model.batch(), entries, adapter.virtualTokens()));
            Tensor expected = golden.tensor("last_hidden_state");
            int virtual = (int) (expected.shape().get(1) - hidden.getShape().get(1)); // PEFT gives their states too
            Golden.assertRealTokens(hidden, expected, model.batch(), virtual, 1e-4);
        }
    }

    /** What we write of PEFT's adapter is what PEFT wrote, but that LoRA's scale is in B. */
    private void assertWrittenAgain(TunedModel model, Golden golden, String family) throws IOException {
        PeftAdapterDirectory.write(model, "parity/" + family, folder);
        Golden written = new Golden(folder);
        JsonNode config = golden.json("adapter_config.json");
        JsonNode found = written.json("adapter_config.json");
        found.fieldNames().forEachRemaining(key -> assertThat(config.has(key))
                .as("PEFT's own configuration has the key %s too", key)
                .isTrue());
        for (String key : List.of(
                "peft_type",
                "task_type",
                "base_model_name_or_path",
                "inference_mode",
                "num_virtual_tokens",
                "token_dim",
                "num_layers",
                "num_attention_heads",
                "num_transformer_submodules",
                "r",
                "bias",
                "fan_in_fan_out")) {
            assertThat(found.path(key)).as(key).isEqualTo(config.path(key));
        }
        double scale = config.path("lora_alpha").asDouble(1) / config.path("r").asDouble(1);
        assertThat(written.names("adapter_model.safetensors"))
                .containsExactlyInAnyOrderElementsOf(golden.names("adapter_model.safetensors"));
        for (String name : golden.names("adapter_model.safetensors")) {
            Tensor expected = golden.tensor("adapter_model.safetensors", name);
            Tensor actual = written.tensor("adapter_model.safetensors", name);
            assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
            float[] values = expected.values().clone();
            if (name.contains("lora_B")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] *= (float) scale;
                }
            }
            assertThat(actual.values()).as(name).containsExactly(values);
        }
        try (TunedModel again = PeftAdapterDirectory.open(folder).model(backbone(family))) {
            assertThat(new TreeMap<>(again.adapter())).isEqualTo(new TreeMap<>(model.adapter()));
            assertThat(again.parts().headTensors()).isEqualTo(model.parts().headTensors());
            assertThat(again.parts().readout()).isEqualTo(model.parts().readout());
            assertThat(again.labels()).isEqualTo(model.labels());
        }
    }
}
