package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import io.github.tribuopeft.method.BitFit;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.interop.ExternalTrainerProvenance;

/** Adapter directories for a tiny backbone: export, import, and errors. */
class PeftAdapterDirectoryTest {

    @TempDir
    private Path folder;

    private HuggingFaceDirectory backbone;
    private Path adapter;

    @BeforeEach
    void backbone() throws IOException {
        backbone = new HuggingFaceDirectory(TinyBertDirectory.write(folder.resolve("tiny")));
        adapter = folder.resolve("adapter");
    }

    private PeftModel<Label> train(PeftMethod method, LabelHead head, TextPooling pooling) {
        return PeftTrainer.builder(head)
                .developmentFraction(0)
                .pooling(pooling)
                .backbone(backbone)
                .method(method)
                .options(TrainingOptions.builder().epochs(1).batchSize(8).build())
                .device("cpu")
                .build()
                .train(Fixtures.opinions(16));
    }

    static Stream<Arguments> methods() {
        return Stream.of(
                        new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE),
                        new PTuning(),
                        new PrefixTuning(),
                        LoRA.builder().rank(2).build(),
                        new IA3())
                .map(Arguments::of);
    }

    /** A default model, which pools the mean; transformers does not have a classifier for it. */
    @ParameterizedTest
    @MethodSource("methods")
    void exportAndImport(PeftMethod method) throws IOException {
        try (PeftModel<Label> model = train(method, new LabelHead(), TextPooling.MEAN)) {
            assertSameAfterImport(model, "FEATURE_EXTRACTION");
        }
    }

    /** A model that computes the same as transformers' classifier, with its own dense layer in place of the pooler. */
    @ParameterizedTest
    @MethodSource("methods")
    void exportAndImportForSeqCls(PeftMethod method) throws IOException {
        boolean prompt = method.name().startsWith("p") && !method.name().equals("prefix-tuning");
        TextPooling pooling = prompt ? TextPooling.FIRST_VIRTUAL : TextPooling.CLS;
        try (PeftModel<Label> model = train(method, new LabelHead(0.1, DenseLayer.TANH), pooling)) {
            assertSameAfterImport(model, "SEQ_CLS");
            assertThat(config().path("modules_to_save").toString()).contains("pooler");
        }
    }

    private void assertSameAfterImport(PeftModel<Label> model, String task) throws IOException {
        PeftAdapterDirectory.write(model, "tiny", adapter);
        PeftAdapterDirectory directory = PeftAdapterDirectory.open(adapter);
        assertThat(directory.task()).isEqualTo(task);
        assertThat(directory.baseModel()).isEqualTo("tiny");
        Path file = folder.resolve("imported.tribuo");
        try (AdaptedModel imported = directory.model(backbone)) {
            assertThat(imported.adapter()).isEqualTo(model.adapter());
            assertThat(imported.state().headTensors()).isEqualTo(model.state().headTensors());
            assertThat(imported.labels()).isEqualTo(model.labels());
            assertThat(imported.method()).isEqualTo(model.method());
            imported.serializeToFile(file);
        }
        Dataset<Label> data = Fixtures.opinions(6);
        try (PeftModel<?> loaded = PeftModel.load(file)) {
            @SuppressWarnings("unchecked")
            Model<Label> labels = (Model<Label>) (Model<?>) loaded;
            assertThat(loaded.getProvenance().getInstanceProvenance().toString())
                    .contains("adapter-tensors-hash", "base-model", "peft-type");
            assertThat(loaded.getProvenance().getTrainerProvenance()).isInstanceOf(ExternalTrainerProvenance.class);
            assertThat(Fixtures.scores(labels, data)).containsExactly(Fixtures.scores(model, data), within(1e-6));
        }
    }

    private ObjectNode config() throws IOException {
        return (ObjectNode) new ObjectMapper()
                .readTree(adapter.resolve("adapter_config.json").toFile());
    }

    /**
     * Valid files of an adapter.
     *
     * @param config contents of its configuration
     * @param tensors tensors by name
     */
    private record Sound(String config, Map<String, Tensor> tensors) {}

    private final Map<String, Sound> sound = new HashMap<>();

    private Sound trained(PeftMethod method) {
        boolean prompt = method.name().equals("prompt-tuning");
        try (PeftModel<Label> model = train(
                method, new LabelHead(0.1, DenseLayer.TANH), prompt ? TextPooling.FIRST_VIRTUAL : TextPooling.CLS)) {
            PeftAdapterDirectory.write(model, "tiny", adapter);
            return new Sound(config().toString(), tensors());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Tensor> tensors() {
        Golden files = new Golden(adapter);
        Map<String, Tensor> tensors = new HashMap<>();
        files.names("adapter_model.safetensors")
                .forEach(name -> tensors.put(name, files.tensor("adapter_model.safetensors", name)));
        return tensors;
    }

    /** Imports an adapter whose files were changed. */
    private AbstractThrowableAssert<?, ?> importing(
            PeftMethod method, Consumer<ObjectNode> settings, Consumer<Map<String, Tensor>> tensors)
            throws IOException {
        Sound files = sound.computeIfAbsent(method.name(), name -> trained(method));
        ObjectNode config = (ObjectNode) new ObjectMapper().readTree(files.config());
        settings.accept(config);
        Files.writeString(adapter.resolve("adapter_config.json"), config.toString());
        Map<String, Tensor> all = new HashMap<>(files.tensors());
        tensors.accept(all);
        Safetensors.write(adapter.resolve("adapter_model.safetensors"), all, Map.of("format", "pt"));
        return assertThatThrownBy(() -> PeftAdapterDirectory.open(adapter).model(backbone))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining(adapter.toString());
    }

    private static final String QUERY = "base_model.model.bert.encoder.layer.0.attention.self.query";

    private static Consumer<Map<String, Tensor>> none() {
        return tensors -> {};
    }

    @Test
    void badSettings() throws IOException {
        LoRA lora = LoRA.builder().rank(2).build();
        importing(lora, config -> config.put("peft_type", "ADALORA"), none())
                .hasMessageContainingAll("'peft_type'", "ADALORA", "PREFIX_TUNING");
        importing(lora, config -> config.remove("task_type"), none())
                .hasMessageContainingAll("'task_type'", "missing", "SEQ_CLS");
        importing(lora, config -> config.put("use_dora", true), none()).hasMessageContainingAll("'use_dora'", "true");
        importing(lora, config -> config.put("bias", "all"), none()).hasMessageContainingAll("'bias'", "all");
        importing(lora, config -> config.put("fan_in_fan_out", true), none())
                .hasMessageContainingAll("'fan_in_fan_out'", "[out, in]");
        importing(lora, config -> config.put("r", 3), none())
                .hasMessageContainingAll("lora_A.weight", "(2, 16)", "(3, 16)");
        importing(lora, config -> config.putArray("target_modules").add("key"), none())
                .hasMessageContainingAll("'target_modules'", "encoder.layer.0.attention.self.key");
        importing(lora, config -> config.put("target_modules", "(["), none())
                .hasMessageContainingAll("'target_modules'", "regular expression");
        importing(lora, config -> config.put("task_type", "CAUSAL_LM"), none())
                .hasMessageContainingAll("'task_type' is CAUSAL_LM", "PeftAdapterDirectory.adapter");
        importing(lora, config -> config.put("task_type", "FEATURE_EXTRACTION"), none())
                .hasMessageContaining("'task_type' is FEATURE_EXTRACTION");
        PromptTuning prompt = new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE);
        importing(prompt, config -> config.put("token_dim", 17), none())
                .hasMessageContainingAll("'token_dim'", "17", "16");
        importing(prompt, config -> config.put("num_virtual_tokens", 4), none())
                .hasMessageContainingAll("prompt_embeddings", "(3, 16)", "(4, 16)");
        importing(prompt, config -> config.put("num_virtual_tokens", "x"), none())
                .hasMessageContainingAll("'num_virtual_tokens'", "positive integer");
        importing(new PrefixTuning(), config -> config.put("num_layers", 5), none())
                .hasMessageContainingAll("'num_layers'", "5", "2");
    }

    @Test
    void badTensors() throws IOException {
        LoRA lora = LoRA.builder().rank(2).build();
        Consumer<ObjectNode> same = config -> {};
        importing(lora, same, tensors -> tensors.remove(QUERY + ".lora_B.weight"))
                .hasMessageContainingAll("no tensor '" + QUERY + ".lora_B.weight'", "(16, 2)");
        importing(lora, same, tensors -> {
                    tensors.remove(QUERY + ".lora_A.weight");
                    tensors.remove(QUERY + ".lora_B.weight");
                })
                .hasMessageContainingAll("'target_modules'", "encoder.layer.0.attention.self.query", "no tensors");
        importing(
                        lora,
                        same,
                        tensors -> tensors.put("base_model.model.bert.pooler.dense.lora_A.weight", Tensor.zeros(2, 16)))
                .hasMessageContainingAll("pooler.dense", "does not belong to a linear layer", "attention.self.query");
        importing(lora, same, tensors -> tensors.put(QUERY + ".lora_magnitude_vector", Tensor.zeros(16)))
                .hasMessageContainingAll("not understood", "lora_magnitude_vector");
        importing(lora, same, tensors -> tensors.remove("base_model.model.classifier.weight"))
                .hasMessageContainingAll("no tensor 'base_model.model.classifier.weight'", "[labels, 16]");
        importing(lora, same, tensors -> tensors.remove("base_model.model.bert.pooler.dense.bias"))
                .hasMessageContainingAll("no tensor", "pooler.dense.bias");
        importing(
                        new IA3(),
                        same,
                        tensors -> tensors.put(
                                "base_model.model.bert.encoder.layer.0.output.dense.ia3_l", Tensor.zeros(31, 1)))
                .hasMessageContainingAll("output.dense.ia3_l", "(31, 1)", "(1, 32)");
    }

    /**
     * The tiny checkpoint does not have a pooler, so an adapter without a pooler cannot compute transformers' logits.
     */
    @Test
    void missingPooler() throws IOException {
        importing(LoRA.builder().build(), config -> {}, tensors -> {
                    tensors.remove("base_model.model.bert.pooler.dense.weight");
                    tensors.remove("base_model.model.bert.pooler.dense.bias");
                })
                .hasMessageContainingAll("'pooler.dense.weight'", "(16, 16)");
    }

    @Test
    void namesOfLabels() throws IOException {
        try (PeftModel<Label> model =
                train(LoRA.builder().build(), new LabelHead(0.1, DenseLayer.TANH), TextPooling.CLS)) {
            PeftAdapterDirectory.write(model, "tiny", adapter);
        }
        PeftAdapterDirectory directory = PeftAdapterDirectory.open(adapter);
        try (AdaptedModel named = directory.withLabels(List.of("yes", "no")).model(backbone)) {
            assertThat(named.labels()).containsExactly("yes", "no");
        }
        for (List<String> wrong : List.of(List.of("yes"), List.of("yes", "yes"))) {
            assertThatThrownBy(() -> directory.withLabels(wrong).model(backbone))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll("2 labels", wrong.toString());
        }
        Path config = folder.resolve("tiny").resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\\{", "{\"id2label\": {\"1\": \"dislike\", \"0\": \"like\"},"));
        Safetensors.write(adapter.resolve("adapter_model.safetensors"), tensors(), Map.of("format", "pt"));
        try (AdaptedModel named = PeftAdapterDirectory.open(adapter).model(backbone)) {
            assertThat(named.labels()).containsExactly("like", "dislike");
        }
    }

    @Test
    void modelsThatCannotBeExported() {
        assertExportFails(new BitFit(), "'bitfit'", "prefix-tuning");
        assertExportFails(PrefixTuning.builder().layers(1, 1).build(), "layer 0", "all 2 layers");
        assertExportFails(
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.NO_POSITION_IDS),
                "NO_POSITION_IDS",
                "BEFORE");
        try (PeftModel<Label> model = train(LoRA.builder().build(), new LabelHead(), TextPooling.MEAN);
                PeftModel<Label> merged = model.merged()) {
            assertThatThrownBy(() -> PeftAdapterDirectory.write(merged, "tiny", adapter))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll("query.weight", "LORA");
        }
    }

    private void assertExportFails(PeftMethod method, String... parts) {
        try (PeftModel<Label> model = train(method, new LabelHead(), TextPooling.MEAN)) {
            assertThatThrownBy(() -> PeftAdapterDirectory.write(model, "tiny", adapter))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll(parts);
        }
        assertThat(adapter).doesNotExist();
    }

    @Test
    void missingFiles() throws IOException {
        assertThatThrownBy(() -> PeftAdapterDirectory.open(adapter)).hasMessageContaining("no adapter directory");
        Files.createDirectories(adapter);
        assertThatThrownBy(() -> PeftAdapterDirectory.open(adapter)).hasMessageContaining("no adapter_config.json");
        Files.writeString(adapter.resolve("adapter_config.json"), "[1]");
        Files.writeString(adapter.resolve("adapter_model.safetensors"), "");
        assertThatThrownBy(() -> PeftAdapterDirectory.open(adapter)).hasMessageContaining("is not a JSON object");
    }

    /** The README of a prefix without position ids contains the position ids of the text. */
    @Test
    void prefixWithoutPositionIds() throws IOException {
        try (PeftModel<Label> model = train(new PrefixTuning(), new LabelHead(), TextPooling.MEAN)) {
            assertThat(PeftAdapterDirectory.write(model, "tiny", adapter).orElseThrow())
                    .contains("position_ids", "NO_POSITION_IDS");
            assertThat(adapter.resolve("README.md"))
                    .content()
                    .contains("batch[\"position_ids\"] = (torch.arange(width) - 20)")
                    .doesNotContain("{{");
        }
        assertThat(new Golden(adapter)
                        .tensor("adapter_model.safetensors", "prompt_embeddings")
                        .shape())
                .isEqualTo(new Shape(20, 2 * 2 * 16));
    }
}
