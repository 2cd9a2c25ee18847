package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.classification.LabelFactory;

/** Faults of adapters that PEFT wrote, one at a time, and their error messages. */
class AdapterFaultsTest {

    private static final HuggingFaceDirectory BERT = new HuggingFaceDirectory(
            new Golden(GoldenFiles.own()).in("bert/model").folder());
    private static final Logger LOGGER = Logger.getLogger(PeftAdapterDirectory.class.getName());

    private final List<String> notes = new ArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            notes.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path folder;

    @BeforeEach
    void captureWarnings() {
        LOGGER.addHandler(listener);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void stopCapture() {
        LOGGER.removeHandler(listener);
        LOGGER.setUseParentHandlers(true);
    }

    /** Copies an adapter with a change. */
    private PeftAdapterDirectory changed(
            String adapter, Consumer<ObjectNode> settings, Consumer<Map<String, Tensor>> tensors) throws IOException {
        Golden golden = Golden.own("adapter/settings/" + adapter);
        ObjectNode config = (ObjectNode) golden.json("adapter_config.json");
        settings.accept(config);
        Map<String, Tensor> all = new HashMap<>();
        golden.names(AdapterFiles.TENSORS).forEach(name -> all.put(name, golden.tensor(AdapterFiles.TENSORS, name)));
        tensors.accept(all);
        Files.writeString(folder.resolve(AdapterFiles.CONFIG), config.toString());
        Safetensors.write(folder.resolve(AdapterFiles.TENSORS), all, Map.of("format", "pt"));
        return PeftAdapterDirectory.open(folder);
    }

    private AbstractThrowableAssert<?, ?> refused(
            String adapter, Consumer<ObjectNode> settings, Consumer<Map<String, Tensor>> tensors) {
        return assertThatThrownBy(
                        () -> changed(adapter, settings, tensors).model(BERT).close())
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining(folder.toString());
    }

    private AbstractThrowableAssert<?, ?> refused(String adapter, Consumer<ObjectNode> settings) {
        return refused(adapter, settings, tensors -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"pissa", "pissa_niter_16", "PiSSA", "olora", "OLoRA", "corda", "corda_kpm", "lora_ga"})
    void convertibleInitializations(String init) {
        refused("lora_mica", config -> config.put("init_lora_weights", init))
                .hasMessageContainingAll(
                        "'init_lora_weights' is \"" + init + "\"",
                        "changed the backbone's weights",
                        "path_initial_model_for_weight_conversion",
                        "docs/interop.md");
    }

    @Test
    void otherInitializations() throws IOException {
        refused("lora_mica", config -> config.put("init_lora_weights", "loftq"))
                .hasMessageContainingAll("\"loftq\"", "init_lora_weights=True");
        for (String unknown : List.of("", "pizza", "eva2")) {
            refused("lora_mica", config -> config.put("init_lora_weights", unknown))
                    .hasMessageContainingAll("'init_lora_weights' is \"" + unknown + "\"", "eva", "gaussian");
        }
        refused("lora_mica", config -> config.put("init_lora_weights", 1))
                .hasMessageContaining("init_lora_weights' is 1");
        for (String harmless : List.of("eva", "Gaussian", "orthogonal", "mica")) {
            changed("lora_mica", config -> config.put("init_lora_weights", harmless), tensors -> {})
                    .model(BERT)
                    .close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "use_dora",
                "use_qalora",
                "use_bdlora",
                "lora_bias",
                "layer_replication",
                "target_parameters",
                "trainable_token_indices",
                "megatron_config",
                "alora_invocation_tokens",
                "arrow_config",
                "kasa_config",
                "velora_config",
                "monteclora_config"
            })
    void optionsThatAreNotSupported(String key) {
        refused("lora_mica", config -> config.put(key, true)).hasMessageContaining("'" + key + "' is true");
        refused("lora_mica", config -> config.putArray(key).add(1)).hasMessageContaining("'" + key + "' is [1]");
    }

    @Test
    void valuesOfWrongTypes() {
        refused("lora_patterns", config -> config.put("use_rslora", "false"))
                .hasMessageContainingAll("'use_rslora' is \"false\"", "true or false");
        refused("lora_patterns", config -> config.putObject("rank_pattern").put("query", 2.5))
                .hasMessageContainingAll("'rank_pattern'", "positive integers");
        refused("lora_patterns", config -> config.putObject("rank_pattern").put("(", 2))
                .hasMessageContainingAll("'rank_pattern'", "regular expression");
        refused("lora_patterns", config -> config.put("alpha_pattern", "query"))
                .hasMessageContaining("'alpha_pattern'");
        refused("lora_patterns", config -> config.put("r", 4.0)).hasMessageContainingAll("'r' is 4.0", "integer");
        refused("lora_patterns", config -> config.put("lora_alpha", 1e300))
                .hasMessageContainingAll("'lora_alpha'", "finite");
        refused("lora_patterns", config -> config.remove("target_modules"))
                .hasMessageContaining("'target_modules' is missing");
        refused("lora_patterns", config -> config.putArray("target_modules").add(1))
                .hasMessageContaining("'target_modules' is [1]");
        refused("lora_layers", config -> config.put("layers_to_transform", "0"))
                .hasMessageContaining("'layers_to_transform' is \"0\"");
        refused("lora_regex", config -> config.put("layers_to_transform", 0))
                .hasMessageContainingAll("'layers_to_transform'", "single text");
        refused("prompt_vocabulary", config -> config.put("num_transformer_submodules", 1.5))
                .hasMessageContaining("'num_transformer_submodules' is 1.5");
        refused("prompt_vocabulary", config -> config.put("num_transformer_submodules", 2))
                .hasMessageContaining("'num_transformer_submodules' is 2");
        refused("prompt_vocabulary", config -> config.put("base_model_name_or_path", 1))
                .hasMessageContaining("'base_model_name_or_path' is 1");
    }

    /** PEFT ignores tensors of modules that the configuration does not select, and trains modules that it selects. */
    @Test
    void modulesThatAreNotSelected() {
        refused("lora_layers", config -> config.putArray("layers_to_transform").add(0))
                .hasMessageContainingAll("'target_modules'", "does not select", "layer.2.attention.self");
        refused("lora_layers", config -> config.put("layers_pattern", "blocks"))
                .hasMessageContaining("does not select");
        refused("lora_layers", config -> config.putNull("layers_to_transform"))
                .hasMessageContainingAll("layer.1.attention.self", "no tensors");
        refused("lora_patterns", config -> config.putNull("exclude_modules"))
                .hasMessageContainingAll("layer.2.attention.self.query", "no tensors");
        refused("ia3_suffixes", config -> config.putArray("feedforward_modules"))
                .hasMessageContainingAll("ia3_l", "(1, ", ", 1)");
        refused("lora_mica", config -> config.putArray("modules_to_save").add("attention"))
                .hasMessageContaining("does not select");
    }

    @Test
    void hostileExpressions() {
        refused("lora_regex", config -> config.put("target_modules", "(.)(\\w|\\.|\\w)*\\1!"))
                .hasMessageContainingAll("'target_modules'", "steps");
        refused("lora_regex", config -> config.put("target_modules", "(".repeat(2000) + ")".repeat(2000)))
                .hasMessageContainingAll("'target_modules'", "levels of brackets");
        refused("lora_regex", config -> config.put("target_modules", "a?".repeat(4000)))
                .hasMessageContainingAll("'target_modules'", "4096");
        refused("lora_patterns", config -> config.putObject("alpha_pattern").put("(.)(\\w|\\.|\\w)*\\1!", 1))
                .hasMessageContainingAll("'alpha_pattern'", "steps");
    }

    @Test
    void valuesThatAreNotFinite() throws IOException {
        for (String adapter : List.of("lora_pooler", "ia3_suffixes", "prefix_projection", "prompt_vocabulary")) {
            for (String name : Golden.own("adapter/settings/" + adapter).names(AdapterFiles.TENSORS)) {
                assertNotFinite(adapter, name, Float.NaN);
            }
        }
        assertNotFinite("lora_pooler", "base_model.model.classifier.bias", Float.POSITIVE_INFINITY);
        assertNotFinite("prompt_vocabulary", "prompt_embeddings", Float.NEGATIVE_INFINITY);
    }

    private void assertNotFinite(String adapter, String name, float value) {
        refused(adapter, config -> {}, tensors -> tensors.compute(name, (key, tensor) -> spoiled(tensor, value)))
                .hasMessageContainingAll("tensor '" + name + "'", Float.toString(value), AdapterFiles.TENSORS);
    }

    private static Tensor spoiled(Tensor tensor, float value) {
        float[] values = tensor.values().clone();
        values[values.length - 1] = value;
        return new Tensor(tensor.shape(), values);
    }

    /** All tensors are required except those of a pooler, which the backbone has, too. */
    @Test
    void missingTensors() {
        for (String adapter : List.of("lora_mica", "ia3_suffixes", "prefix_projection", "prompt_vocabulary")) {
            for (String name : Golden.own("adapter/settings/" + adapter).names(AdapterFiles.TENSORS)) {
                refused(adapter, config -> {}, tensors -> tensors.remove(name))
                        .satisfies(e -> assertThat(e.getMessage())
                                .as(name)
                                .matches("(?s).*(has no tensor|has no tensors of it|not understood|no linear map).*"));
            }
        }
    }

    /** Unused tensors are errors, with and without a classifier. */
    @Test
    void unusedTensors() throws IOException {
        List<String> names = List.of(
                "base_model.model.bert.embeddings.word_embeddings.weight",
                "base_model.model.bert.encoder.layer.0.attention.self.query.base_layer.bias",
                "base_model.model.bert.encoder.layer.0.attention.self.query.lora_B.bias",
                "base_model.model.bert.embeddings.word_embeddings.lora_embedding_A",
                "prompt_embeddings",
                "x");
        for (String name : names) {
            refused("lora_mica", config -> {}, tensors -> tensors.put(name, Tensor.zeros(2)))
                    .hasMessageContainingAll("not understood", name);
            assertThatThrownBy(() -> PeftAdapterDirectory.open(folder).adapter(BERT))
                    .hasMessageContainingAll("not understood", name);
        }
        assertThat(changed("lora_pooler", config -> {}, tensors -> {})
                        .adapter(BERT)
                        .tensors())
                .hasSize(12);
        changed("lora_pooler", config -> config.put("task_type", "CAUSAL_LM"), tensors -> {});
        assertThatThrownBy(() -> PeftAdapterDirectory.open(folder).adapter(BERT))
                .hasMessageContainingAll("not understood", "classifier.bias");
        String query = "bert.encoder.layer.0.attention.self.query.lora_A.weight";
        refused(
                        "lora_mica",
                        config -> {},
                        tensors -> tensors.put(
                                "base_model.model." + query.substring(5), tensors.get("base_model.model." + query)))
                .hasMessageContainingAll("has another prefix", "encoder.layer.0.attention.self.query");
    }

    @Test
    void headsOfWrongShapes() {
        String output = "base_model.model.classifier.weight";
        for (Tensor tensor :
                List.of(Tensor.zeros(), Tensor.zeros(1, 24), Tensor.zeros(0, 24), Tensor.zeros(3, 24, 1))) {
            refused("lora_mica", config -> {}, tensors -> tensors.put(output, tensor))
                    .hasMessageContainingAll(output, tensor.shape().toString(), "at least two labels");
        }
        refused("lora_mica", config -> {}, tensors -> tensors.put(output, Tensor.zeros(3, 23)))
                .hasMessageContainingAll(output, "(3, 23)", "(3, 24)");
        refused("lora_mica", config -> {}, tensors -> tensors.put(output, Tensor.zeros(4, 24)))
                .hasMessageContainingAll("classifier.bias", "(3)", "(4)");
    }

    @Test
    void directoriesWithoutAnAdapter() throws IOException {
        Path adapter = folder.resolve("adapter");
        assertRefused(adapter, "no adapter directory", AdapterFiles.CONFIG);
        assertRefused(Files.writeString(folder.resolve("file"), "x"), "is not a directory");
        Files.createDirectory(adapter);
        assertRefused(adapter, "no " + AdapterFiles.CONFIG);
        Path config = Files.writeString(adapter.resolve(AdapterFiles.CONFIG), "{}");
        assertRefused(adapter, "no " + AdapterFiles.TENSORS);
        Files.writeString(adapter.resolve("adapter_model.bin"), "x");
        assertRefused(adapter, "adapter_model.bin", "python -c", "weights_only=True", AdapterFiles.TENSORS);
        Path tensors = Files.createDirectory(adapter.resolve(AdapterFiles.TENSORS));
        assertRefused(adapter, AdapterFiles.TENSORS + " is not a file");
        Files.delete(tensors);
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        Files.writeString(tensors, pointer);
        assertRefused(adapter, AdapterFiles.TENSORS, "Git LFS pointer", "git lfs pull");
        Files.writeString(config, pointer);
        assertRefused(adapter, AdapterFiles.CONFIG, "Git LFS pointer");
        Files.writeString(tensors, "");
        for (String text :
                List.of("", " ", "[1]", "3", "null", "{", "{}{}", "{\"r\":1,\"r\":2}", "\u0000", "{\"a\":NaN}")) {
            Files.writeString(config, text);
            assertRefused(adapter, config.toString());
        }
        Files.writeString(config, "[".repeat(100_000));
        assertRefused(adapter, config.toString(), "not valid JSON", "depth");
        Files.write(config, new byte[(4 << 20) + 1]);
        assertRefused(adapter, config.toString(), "more than 4194304 bytes");
        Files.writeString(config, "{\"peft_type\": \"LO\\u001b[31mRA\", \"task_type\": \"SEQ_CLS\"}");
        assertRefused(adapter, "'peft_type' is \"LO\\u001B[31mRA\"", "PROMPT_TUNING");
        Files.writeString(config, "{\"peft_type\": \"" + "x".repeat(100_000) + "\"}");
        assertRefused(adapter, "'peft_type' is \"xxx", "…; expected one of");
    }

    private static void assertRefused(Path directory, String... parts) {
        assertThatThrownBy(() -> PeftAdapterDirectory.open(directory))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).doesNotContain("\u001b", "\n"));
    }

    /** A header that exceeds the limit for adapters is rejected before it is read. */
    @Test
    void hugeHeader() throws IOException {
        changed("lora_mica", config -> {}, tensors -> {});
        byte[] header = "{".repeat(17 << 20).getBytes(StandardCharsets.US_ASCII);
        Files.write(
                folder.resolve(AdapterFiles.TENSORS),
                Safetensors.file(new String(header, StandardCharsets.US_ASCII), new byte[0]));
        assertThatThrownBy(() -> PeftAdapterDirectory.open(folder).model(BERT))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll(AdapterFiles.TENSORS, "a header has at most 16777216");
    }

    @Test
    void unknownKeys() throws IOException {
        changed("lora_mica", config -> {}, tensors -> {}).model(BERT).close();
        assertThat(notes).singleElement().asString().contains("'parity/bert'", BERT.hubName());
        notes.clear();
        changed(
                        "lora_mica",
                        config -> config.put("use_m\u001bagic", true)
                                .put("b", 1)
                                .put("base_model_name_or_path", "google/Model")
                                .putObject("runtime_config"),
                        tensors -> {})
                .model(BERT)
                .close();
        assertThat(notes)
                .singleElement()
                .asString()
                .contains(folder.resolve(AdapterFiles.CONFIG).toString(), "unknown", "[use_m\\x1bagic, b]", "ignored");
    }

    /** No key that PEFT writes is unknown. */
    @ParameterizedTest
    @ValueSource(strings = {"lora_eva", "ia3_suffixes", "prefix_projection", "prompt_vocabulary"})
    void knownKeys(String adapter) {
        PeftAdapterDirectory.open(Golden.own("adapter/settings/" + adapter).folder());
        assertThat(notes).isEmpty();
    }

    @Test
    void namesOfLabels() throws IOException {
        PeftAdapterDirectory adapter = changed("lora_mica", config -> {}, tensors -> {});
        for (List<String> wrong : List.of(
                List.of("a", "b"),
                List.of("a", "b", "a"),
                List.of("a", "b", ""),
                List.of("a", "b", "\u00a0"),
                List.of("a", "b", "c "),
                List.of("a", "b", "\u2003c"),
                List.of("a", "b", "c\u001b[0m"),
                List.of("a", "b", "c\ud800"),
                List.of("a", "b", LabelFactory.UNKNOWN_LABEL.getLabel()))) {
            assertThatThrownBy(() -> adapter.withLabels(wrong).model(BERT))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll(folder.toString(), "3 labels", "--labels")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b", "\u2003"));
        }
    }

    /** The names in a backbone's configuration are used if their number is right; otherwise a warning is logged. */
    @Test
    void namesOfTheBackbone() throws IOException {
        Path model = TinyBertDirectory.write(folder.resolve("tiny"));
        HuggingFaceDirectory backbone = new HuggingFaceDirectory(model);
        Path adapter = Files.createDirectory(folder.resolve("adapter"));
        ObjectNode config = new ObjectMapper()
                .createObjectNode()
                .put("peft_type", "PROMPT_TUNING")
                .put("task_type", "TOKEN_CLS")
                .put("num_virtual_tokens", 2)
                .put("base_model_name_or_path", "tiny");
        Files.writeString(adapter.resolve(AdapterFiles.CONFIG), config.toString());
        Safetensors.write(
                adapter.resolve(AdapterFiles.TENSORS),
                Map.of(
                        "prompt_embeddings", Tensor.zeros(2, 16),
                        "base_model.classifier.weight", Tensor.zeros(2, 16),
                        "base_model.classifier.bias", new Tensor(new Shape(2), new float[2])),
                Map.of());
        String settings = Files.readString(model.resolve("config.json"));
        Map<String, String> refused = Map.of(
                "{\"0\": \"O\", \"1\": \"O\"}", "\"O\" occurs twice",
                "{\"0\": \"O\", \"1\": \" B\"}", "\" B\" begins or ends with a blank",
                "{\"0\": \"O\", \"1\": \"\"}", "\"\" is blank",
                "{\"0\": \"O\", \"1\": \"\\u001b[2J\"}", "\"\\x1b[2J\" has a control character");
        for (Map.Entry<String, String> entry : refused.entrySet()) {
            Files.writeString(
                    model.resolve("config.json"),
                    settings.replaceFirst(
                            "\\{", "{\"id2label\": " + entry.getKey().replace("\\", "\\\\") + ","));
            assertThatThrownBy(() -> PeftAdapterDirectory.open(adapter).model(backbone))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll("'id2label'", "2 labels", entry.getValue(), "--labels");
        }
        Files.writeString(
                model.resolve("config.json"),
                settings.replaceFirst("\\{", "{\"id2label\": {\"0\": \"x\", \"5\": \"y\"},"));
        assertThatThrownBy(() -> PeftAdapterDirectory.open(adapter).model(backbone))
                .isInstanceOf(BackboneException.class)
                .hasMessageContainingAll("'id2label'", "without a gap", "2 names from 0 to 5");
        Files.writeString(model.resolve("config.json"), settings.replaceFirst("\\{", "{\"id2label\": {\"0\": \"x\"},"));
        assertThat(notes).isEmpty();
        try (AdaptedModel unnamed = PeftAdapterDirectory.open(adapter).model(backbone)) {
            assertThat(unnamed.labels()).containsExactly("LABEL_0", "LABEL_1");
        }
        assertThat(notes).singleElement().asString().contains("'id2label'", "names 1 labels", "2 rows", "LABEL_0");
    }
}
