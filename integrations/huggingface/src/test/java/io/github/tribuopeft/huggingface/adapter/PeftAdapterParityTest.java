package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters that PEFT wrote, imported as models: their outputs for the golden batch, and their export.
 */
@ParameterizedClass
@MethodSource("io.github.tribuopeft.huggingface.Golden#roots")
@Tag("gpu")
class PeftAdapterParityTest {

    @Parameter
    private Golden files;

    @TempDir
    private Path folder;

    private HuggingFaceDirectory backbone(String family) {
        return new HuggingFaceDirectory(files.in(family + "/model").folder());
    }

    private static List<float[][]> logits(
            AdaptedModel model, HuggingFaceDirectory directory, List<TokenSequence> sequences) {
        try (Backbone backbone = Backbone.open(directory, TestDevice.get(), Precision.FP32);
                AdaptedBackbone adapted = new AdaptedBackbone(
                        backbone,
                        model.state().adapter(),
                        model.state().pooling(),
                        model.state().head(),
                        model.state().headTensors())) {
            return adapted.logits(sequences);
        }
    }

    private void assertLogitsOfTexts(AdaptedModel model, Golden golden, String family, String name) {
        Tensor expected = golden.tensor(name);
        List<float[][]> found = logits(model, backbone(family), files.in(family).sequences());
        int labels = (int) expected.shape().get(1);
        for (int row = 0; row < found.size(); row++) {
            float[] expectedRow = new float[labels];
            System.arraycopy(expected.values(), row * labels, expectedRow, 0, labels);
            assertThat(found.get(row)[0]).as("text %d", row).containsExactly(expectedRow, within(1e-4f));
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
        Golden golden = files.in(family + "/adapters/" + method + "_seq_cls");
        PeftAdapterDirectory directory = PeftAdapterDirectory.open(golden.folder());
        try (AdaptedModel model = directory.model(backbone(family));
                AdaptedModel real = directory.withRealFirstToken().model(backbone(family))) {
            assertThat(model).isInstanceOf(PeftModel.class);
            assertThat(model.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
            assertLogitsOfTexts(model, golden, family, "logits");
            boolean prompt = golden.names("golden.safetensors").contains("logits_real_first_token");
            assertLogitsOfTexts(real, golden, family, prompt ? "logits_real_first_token" : "logits");
            assertExport(model, golden, backbone(family));
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
        Golden golden = files.in(family + "/adapters/" + method + "_token_cls");
        Tensor expected = golden.tensor("logits");
        int width = (int) expected.shape().get(1);
        int labels = (int) expected.shape().get(2);
        List<TokenSequence> sequences = tokensAsWords(files.in(family));
        int longest = sequences.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        try (AdaptedModel model = PeftAdapterDirectory.open(golden.folder()).model(backbone(family))) {
            assertThat(model).isInstanceOf(PeftSequenceModel.class);
            List<float[][]> found = logits(model, backbone(family), sequences);
            for (int row = 0; row < found.size(); row++) {
                for (int token = 0; token < sequences.get(row).length(); token++) {
                    float[] expectedRow = new float[labels];
                    int position = row * width + width - longest + token; // the rows of a prompt come first
                    System.arraycopy(expected.values(), position * labels, expectedRow, 0, labels);
                    assertThat(found.get(row)[token])
                            .as("text %d token %d", row, token)
                            .containsExactly(expectedRow, within(1e-4f));
                }
            }
            assertExport(model, golden, backbone(family));
        }
    }

    private static Stream<Arguments> adapters(String task, String... families) {
        return Stream.of(families)
                .flatMap(family -> Stream.of("prompt_tuning", "p_tuning", "prefix_tuning", "lora", "ia3")
                        .filter(method -> Files.isDirectory(
                                GoldenFiles.own().resolve(family + "/adapters/" + method + "_" + task)))
                        .map(method -> Arguments.of(family, method)));
    }

    static Stream<Arguments> adaptersOfStates() {
        return adapters(
                "feature_extraction",
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
                "qwen3");
    }

    static Stream<Arguments> adaptersOfLanguageModels() {
        return adapters("causal_lm", "gpt2", "llama", "qwen2");
    }

    /** Adapters without a head in all families; ModernBERT and GPT-2 have fused layers. */
    @ParameterizedTest
    @MethodSource("adaptersOfStates")
    void statesOfTokens(String family, String method) {
        assertTokens(family, method, TaskType.FEATURE_EXTRACTION, "last_hidden_state", (backbone, hidden) -> hidden);
    }

    @ParameterizedTest
    @MethodSource("adaptersOfLanguageModels")
    void logitsOfNextTokens(String family, String method) {
        assertTokens(
                family,
                method,
                TaskType.CAUSAL_LM,
                "logits",
                (backbone, hidden) -> backbone.lmLogits(hidden, Map.of()));
    }

    private void assertTokens(
            String family, String method, TaskType task, String name, BiFunction<Backbone, NDArray, NDArray> output) {
        Golden model = files.in(family);
        Golden golden = model.in("adapters/" + method + "_" + task.name().toLowerCase(Locale.ROOT));
        Adapter adapter = PeftAdapterDirectory.open(golden.folder()).adapter(backbone(family));
        try (Backbone backbone = model.backbone("model");
                NDManager scope = backbone.newManager()) {
            Map<String, NDArray> entries = new HashMap<>();
            adapter.tensors().forEach((key, tensor) -> entries.put(key, tensor.upload(scope)));
            NDArray found = TorchRuntime.withoutGradients(() -> output.apply(
                    backbone,
                    model.batch()
                            .tokenStates(backbone.forward(scope, model.batch(), entries, adapter.virtualTokens()))));
            Tensor expected = golden.tensor(name);
            int virtual = (int) (expected.shape().get(1) - found.getShape().get(1)); // PEFT returns their rows, too
            Golden.assertRealTokens(found, expected, model.batch(), virtual, 1e-4);
            assertExportedTensors(
                    AdapterCodec.of(AdapterConfig.read(golden.folder().resolve(PeftAdapterDirectory.CONFIG)))
                            .encode(adapter, new AdapterTarget(backbone.architecture()), task)
                            .tensors(),
                    golden);
        }
    }

    /** Treats each token as a word to compare all tokens. */
    private static List<TokenSequence> tokensAsWords(Golden golden) {
        return golden.sequences().stream()
                .map(sequence -> new TokenSequence(
                        sequence.ids(),
                        sequence.types(),
                        IntStream.range(0, sequence.length()).toArray(),
                        0))
                .toList();
    }

    static Stream<Arguments> classifiersOfDecoders() {
        return Stream.of("gpt2", "qwen2").flatMap(family -> Stream.of("prompt_tuning", "prefix_tuning", "lora", "ia3")
                .map(method -> Arguments.of(family, method)));
    }

    /** The classifier reads the last token, also with a prompt, and its linear layer does not have a bias. */
    @ParameterizedTest
    @MethodSource("classifiersOfDecoders")
    void logitsOfDecodersTexts(String family, String method) throws IOException {
        Golden saved = Golden.own("adapter/decoders/" + family);
        Golden golden = saved.in(method + "_seq_cls");
        HuggingFaceDirectory backbone = saved.copyTo(Files.createDirectory(folder.resolve("model")));
        try (AdaptedModel model = PeftAdapterDirectory.open(golden.folder()).model(backbone)) {
            assertThat(model.state().pooling()).isEqualTo(TextPooling.LAST);
            List<float[][]> found = logits(model, backbone, golden.sequences());
            for (int row = 0; row < found.size(); row++) {
                float[] expectedRow = golden.tensor("logits." + row).values();
                assertThat(found.get(row)[0]).as("text %d", row).containsExactly(expectedRow, within(1e-5f));
            }
            assertExport(model, golden, backbone);
        }
    }

    @ParameterizedTest
    @MethodSource("classifiersOfDecoders")
    void logitsOfDecodersTokens(String family, String method) throws IOException {
        Golden saved = Golden.own("adapter/decoders/" + family);
        Golden golden = saved.in(method + "_token_cls");
        HuggingFaceDirectory backbone = saved.copyTo(Files.createDirectory(folder.resolve("model")));
        try (AdaptedModel model = PeftAdapterDirectory.open(golden.folder()).model(backbone)) {
            List<float[][]> found = logits(model, backbone, tokensAsWords(golden));
            for (int row = 0; row < found.size(); row++) {
                float[] expectedRow = golden.tensor("logits." + row).values();
                assertThat(found.get(row)).hasDimensions(expectedRow.length / 3, 3);
                for (int token = 0; token < found.get(row).length; token++) {
                    assertThat(found.get(row)[token])
                            .as("text %d token %d", row, token)
                            .containsExactly(Arrays.copyOfRange(expectedRow, 3 * token, 3 * token + 3), within(1e-5f));
                }
            }
            assertExport(model, golden, backbone);
        }
    }

    /** Checks that the export of PEFT's adapter is what PEFT wrote, except that B includes LoRA's scale. */
    private void assertExport(AdaptedModel model, Golden golden, HuggingFaceDirectory backbone) throws IOException {
        JsonNode config = golden.json("adapter_config.json");
        PeftAdapterDirectory.write(model, config.path("base_model_name_or_path").asText(), folder);
        Golden written = new Golden(folder);
        JsonNode found = written.json("adapter_config.json");
        found.fieldNames().forEachRemaining(key -> assertThat(config.has(key))
                .as("PEFT's configuration has the key %s", key)
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
        Map<String, Tensor> tensors = new HashMap<>();
        written.names("adapter_model.safetensors")
                .forEach(name -> tensors.put(name, written.tensor("adapter_model.safetensors", name)));
        assertExportedTensors(tensors, golden);
        try (AdaptedModel again = PeftAdapterDirectory.open(folder).model(backbone)) {
            assertThat(new TreeMap<>(again.adapter())).isEqualTo(new TreeMap<>(model.adapter()));
            assertThat(again.state().headTensors()).isEqualTo(model.state().headTensors());
            assertThat(again.state().pooling()).isEqualTo(model.state().pooling());
            assertThat(again.labels()).isEqualTo(model.labels());
        }
    }

    private static void assertExportedTensors(Map<String, Tensor> written, Golden golden) {
        JsonNode config = golden.json("adapter_config.json");
        double scale = config.path("lora_alpha").asDouble(1) / config.path("r").asDouble(1);
        assertThat(written.keySet()).isEqualTo(golden.names("adapter_model.safetensors"));
        for (String name : golden.names("adapter_model.safetensors")) {
            Tensor expected = golden.tensor("adapter_model.safetensors", name);
            Tensor actual = written.get(name);
            assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
            float[] values = expected.values().clone();
            if (name.contains("lora_B")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] *= (float) scale;
                }
            }
            assertThat(actual.values()).as(name).containsExactly(values);
        }
    }
}
