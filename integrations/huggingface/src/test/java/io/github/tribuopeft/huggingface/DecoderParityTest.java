package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.DecodingBatch;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.TokenizedWords;
import io.github.tribuopeft.backbone.UploadedAdapter;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.adapter.PeftAdapter;
import io.github.tribuopeft.method.PeftMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of decoders, and what methods make of them, against transformers and PEFT. */
@ParameterizedClass
@MethodSource("io.github.tribuopeft.huggingface.Golden#roots")
@Tag("gpu")
class DecoderParityTest {

    @Parameter
    private Golden files;

    private static final List<String> FAMILIES = List.of("gpt2", "llama", "llama3", "mistral", "qwen2", "qwen3");
    private static final List<String> GENERATING = List.of("gpt2", "llama", "mistral", "qwen2", "qwen3");
    private static final List<String> WITH_LOGITS = List.of("gpt2", "llama", "qwen2");
    private static final List<String> METHODS = List.of("prompt_tuning", "p_tuning", "prefix_tuning", "lora", "ia3");

    private static Stream<Arguments> pairs(List<String> families, List<String> methods) {
        return families.stream().flatMap(family -> methods.stream().map(method -> Arguments.of(family, method)));
    }

    static Stream<Arguments> models() {
        return Stream.concat(
                FAMILIES.stream().map(family -> Arguments.of(family, "model")),
                Stream.of(Arguments.of("gpt2", "model-bare")));
    }

    static Stream<Arguments> adapters() {
        return pairs(FAMILIES, METHODS);
    }

    static Stream<Arguments> adaptersWithGradients() {
        return pairs(FAMILIES, List.of("prompt_tuning", "prefix_tuning", "lora", "ia3"));
    }

    static Stream<Arguments> languageModels() {
        return pairs(WITH_LOGITS, METHODS);
    }

    static Stream<String> families() {
        return FAMILIES.stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void hiddenStates(String family, String directory) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone(directory)) {
            assertHiddenStates(golden, backbone);
        }
    }

    private static void assertHiddenStates(Golden golden, Backbone backbone) {
        assertThat(backbone.defaultPooling()).isEqualTo(TextPooling.LAST);
        try (NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            Golden.assertRealTokens(hidden, golden.tensor("last_hidden_state"), batch, 0, 2e-5);
            assertThat(TextPooling.MEAN.pool(hidden, batch).toFloatArray())
                    .containsExactly(golden.tensor("mean_pooled").values(), within(2e-5f));
        }
    }

    /** The same models with the configurations that transformers 4 wrote. */
    @ParameterizedTest
    @MethodSource("families")
    void configurationsOfTransformers4(String family, @TempDir Path folder) throws IOException {
        Golden golden = files.in(family);
        Path model = golden.folder().resolve("model");
        Files.copy(model.resolve("config.v4.json"), folder.resolve("config.json"));
        for (String file : List.of("model.safetensors", "tokenizer.json")) {
            Files.copy(model.resolve(file), folder.resolve(file));
        }
        try (Backbone backbone = new Golden(folder).backbone(".")) {
            assertHiddenStates(golden, backbone);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void tokens(String family) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone("model")) {
            JsonNode json = golden.json("golden.json");
            for (JsonNode text : json.get("texts")) {
                assertThat(backbone.tokenizer()
                                .encode(text.get("text").asText(), 64)
                                .ids())
                        .as(text.get("text").asText())
                        .containsExactly(ints(text.get("ids")));
            }
            assertThat(backbone.tokenizer().encode("", 64).length())
                    .as("tokens of an empty text")
                    .isOne();
        }
    }

    /** Words, which are read in one window, and their first pieces. Words of byte-level tokenizers have their space. */
    @ParameterizedTest
    @CsvSource({"gpt2, words_prefix_space", "mistral, words"})
    void words(String family, String key) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone("model")) {
            JsonNode expected = golden.json("golden.json").get(key);
            List<String> words = StreamSupport.stream(expected.get("words").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            List<TokenizedWords.Window> windows =
                    backbone.tokenizer().encodeWords(words).windows(64);
            assertThat(windows).hasSize(1);
            TokenSequence tokens = windows.get(0).tokens();
            assertThat(tokens.ids()).containsExactly(ints(expected.get("ids")));
            for (int i = 0; i < tokens.wordStarts().length; i++) {
                JsonNode owners = expected.get("word_ids");
                int mark = tokens.wordStarts()[i];
                assertThat(owners.get(mark).asInt()).isEqualTo(windows.get(0).words()[i]);
                assertThat(mark == 0 || !owners.get(mark - 1).equals(owners.get(mark)))
                        .isTrue();
            }
            assertStates(golden, backbone, key);
        }
    }

    /** Words as transformers glues them together; ours have a space before them, as in a text. */
    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama3", "qwen2", "qwen3"})
    void statesOfWords(String family) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone("model")) {
            assertStates(golden, backbone, "words");
        }
    }

    private static void assertStates(Golden golden, Backbone backbone, String key) {
        int[] ids = ints(golden.json("golden.json").get(key).get("ids"));
        TokenBatch batch = new TokenBatch(List.of(new TokenSequence(ids, new int[ids.length], new int[0], 0)));
        try (NDManager scope = backbone.newManager()) {
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            Golden.assertRealTokens(hidden, golden.tensor(key + ".last_hidden_state"), batch, 0, 2e-5);
        }
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsOfTheNextToken(String family) {
        Golden golden = files.in(family);
        try (Backbone backbone = golden.backbone("model");
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray logits = TorchRuntime.withoutGradients(() -> {
                NDArray hidden = backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE);
                if (golden.names("golden.safetensors").contains("logits")) {
                    Golden.assertRealTokens(
                            backbone.lmLogits(hidden, Map.of()), golden.tensor("logits"), batch, 0, 1e-4);
                }
                return backbone.lmLogits(TextPooling.LAST.pool(hidden, batch), Map.of());
            });
            assertThat(logits.toFloatArray())
                    .containsExactly(golden.tensor("next_token_logits").values(), within(1e-4f));
        }
    }

    /** Work on the states that a method makes of the golden batch. */
    @FunctionalInterface
    private interface Check {
        void accept(Backbone backbone, NDArray hidden, Map<String, NDArray> trained);
    }

    private static void run(Golden model, PeftAdapter adapter, TokenBatch batch, Check check) {
        PeftMethod method = adapter.method();
        try (Backbone backbone = model.backbone("model");
                NDManager scope = backbone.newManager()) {
            Map<String, NDArray> trained = new HashMap<>();
            adapter.trained(backbone.architecture()).forEach((name, tensor) -> {
                NDArray array = tensor.upload(scope);
                array.setRequiresGradient(true);
                trained.put(name, array);
            });
            assertThat(trained).isNotEmpty();
            TorchRuntime.withGradients(() -> {
                Map<String, NDArray> entries = method.materialize(trained, backbone.dimensions(), Dropout.OFF);
                check.accept(
                        backbone,
                        batch.tokenStates(backbone.forward(scope, batch, entries, method.virtualTokens())),
                        trained);
                return null;
            });
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void hiddenStatesOfAdapters(String family, String method) {
        Golden model = files.in(family);
        PeftAdapter adapter = PeftAdapter.of(model, method + "_feature_extraction");
        Golden golden = adapter.golden();
        run(model, adapter, model.batch(), (backbone, hidden, trained) -> {
            Tensor expected = golden.tensor("last_hidden_state");
            int virtual = (int) (expected.shape().get(1) - hidden.getShape().get(1)); // PEFT gives their states too
            Golden.assertRealTokens(hidden, expected, model.batch(), virtual, 5e-5);
        });
    }

    @ParameterizedTest
    @MethodSource("languageModels")
    void logitsOfAdapters(String family, String method) {
        Golden model = files.in(family);
        PeftAdapter adapter = PeftAdapter.of(model, method + "_causal_lm");
        Golden golden = adapter.golden();
        run(model, adapter, model.batch(), (backbone, hidden, trained) -> {
            Tensor expected = golden.tensor("logits");
            int virtual = (int) (expected.shape().get(1) - hidden.getShape().get(1));
            Golden.assertRealTokens(backbone.lmLogits(hidden, Map.of()), expected, model.batch(), virtual, 1e-4);
        });
    }

    static Stream<Arguments> generations() {
        return pairs(GENERATING, List.of("prefix_tuning", "prompt_tuning", "lora"));
    }

    /** Reads the tokens of greedy generation at once: the logits of each token choose the next one. */
    @ParameterizedTest
    @MethodSource("generations")
    void greedyGeneration(String family, String method) {
        Golden model = files.in(family);
        Golden golden = generation(model);
        String run = method + "_causal_lm";
        JsonNode prompts = golden.json("golden.json").at("/runs/" + run);
        for (int i = 0; i < prompts.size(); i++) {
            JsonNode generated = prompts.get(i);
            Tensor expected = golden.tensor(run + ".prompt" + i + ".step_logits");
            PeftAdapter adapter = PeftAdapter.of(model, run);
            PeftMethod peft = adapter.method();
            run(model, adapter, promptAndNewTokens(generated), (backbone, hidden, trained) -> {
                assertSteps(backbone, hidden, generated, expected);
                assertCachedSteps(
                        backbone,
                        peft.materialize(trained, backbone.dimensions(), Dropout.OFF),
                        peft.virtualTokens(),
                        generated,
                        expected);
            });
        }
    }

    private static TokenBatch promptAndNewTokens(JsonNode generated) {
        int[] all = IntStream.concat(
                        IntStream.of(ints(generated.get("prompt_ids"))), IntStream.of(ints(generated.get("new_ids"))))
                .toArray();
        return new TokenBatch(List.of(new TokenSequence(all, new int[all.length], new int[0], 0)));
    }

    /** Checks the logits at the last token of the prompt and at all new tokens but the last, and what they choose. */
    private static void assertSteps(Backbone backbone, NDArray hidden, JsonNode generated, Tensor expected) {
        int first = generated.get("prompt_ids").size() - 1;
        int[] made = ints(generated.get("new_ids"));
        NDArray steps = backbone.lmLogits(hidden, Map.of()).get(new NDIndex("0, {}:{}", first, first + made.length));
        assertThat(steps.toFloatArray()).containsExactly(expected.values(), within(1e-4f));
        assertThat(steps.argMax(1).toLongArray())
                .containsExactly(IntStream.of(made).asLongStream().toArray());
    }

    /** Checks the logits of tokens that are read one by one, with a cache. */
    private static void assertCachedSteps(
            Backbone backbone,
            Map<String, NDArray> adapter,
            VirtualTokens virtual,
            JsonNode generated,
            Tensor expected) {
        int[] made = ints(generated.get("new_ids"));
        int width = Math.toIntExact(expected.shape().get(1));
        TorchRuntime.withoutGradients(() -> {
            UploadedAdapter uploaded = new UploadedAdapter(adapter, virtual);
            DecodingBatch.Row row = new DecodingBatch.Row(uploaded, ints(generated.get("prompt_ids")));
            try (DecodingBatch text = backbone.newTexts(List.of(row), made.length)) {
                for (int step = 0; step < made.length; step++) {
                    assertThat(text.logits().toFloatArray())
                            .containsExactly(
                                    Arrays.copyOfRange(expected.values(), step * width, (step + 1) * width),
                                    within(1e-4f));
                    text.append(new long[] {made[step]});
                }
            }
            return null;
        });
    }

    /** Prompts of different lengths in one batch, each with the model alone, a prefix and a prompt, and with LoRA. */
    @ParameterizedTest
    @MethodSource("generating")
    void greedyGenerationInABatch(String family) {
        Golden model = files.in(family);
        Golden golden = generation(model);
        try (Backbone backbone = model.backbone("model");
                NDManager scope = backbone.newManager()) {
            for (List<String> runs : List.of(
                    List.of("base", "prefix_tuning_causal_lm", "prompt_tuning_causal_lm"), List.of("lora_causal_lm"))) {
                List<DecodingBatch.Row> rows = new ArrayList<>();
                List<int[]> made = new ArrayList<>();
                List<Tensor> expected = new ArrayList<>();
                for (String run : runs) {
                    UploadedAdapter adapter = run.equals("base")
                            ? new UploadedAdapter(Map.of(), VirtualTokens.NONE)
                            : uploaded(backbone, scope, PeftAdapter.of(model, run));
                    JsonNode prompts = golden.json("golden.json").at("/runs/" + run);
                    for (int i = 0; i < prompts.size(); i++) {
                        rows.add(new DecodingBatch.Row(
                                adapter, ints(prompts.get(i).get("prompt_ids"))));
                        made.add(ints(prompts.get(i).get("new_ids")));
                        expected.add(golden.tensor(run + ".prompt" + i + ".step_logits"));
                    }
                }
                assertSteps(backbone, rows, made, expected);
            }
        }
    }

    private static UploadedAdapter uploaded(Backbone backbone, NDManager scope, PeftAdapter adapter) {
        Map<String, NDArray> trained = new HashMap<>();
        adapter.trained(backbone.architecture()).forEach((name, tensor) -> trained.put(name, tensor.upload(scope)));
        PeftMethod method = adapter.method();
        return new UploadedAdapter(
                method.materialize(trained, backbone.dimensions(), Dropout.OFF), method.virtualTokens());
    }

    /** Checks the logits of each step and the tokens that they choose. */
    private static void assertSteps(
            Backbone backbone, List<DecodingBatch.Row> rows, List<int[]> made, List<Tensor> expected) {
        int steps = made.get(0).length;
        TorchRuntime.withoutGradients(() -> {
            try (DecodingBatch batch = backbone.newTexts(rows, steps)) {
                for (int step = 0; step < steps; step++) {
                    int s = step;
                    for (int row = 0; row < rows.size(); row++) {
                        float[] all = expected.get(row).values();
                        int width = all.length / steps;
                        assertThat(batch.logits().get(row).toFloatArray())
                                .as("row %d, step %d", row, step)
                                .containsExactly(
                                        Arrays.copyOfRange(all, step * width, (step + 1) * width), within(1e-4f));
                    }
                    long[] next = made.stream().mapToLong(ids -> ids[s]).toArray();
                    assertThat(batch.choose(Map.of())).containsExactly(next);
                    batch.append(next);
                }
            }
            return null;
        });
    }

    static Stream<String> generating() {
        return GENERATING.stream();
    }

    /** Returns the folder of the generated texts, which a larger set has for two families only. */
    private static Golden generation(Golden model) {
        Golden golden = model.in("generation");
        assumeTrue(Files.isDirectory(golden.folder()), () -> "skipped: there is no " + golden.folder());
        return golden;
    }

    /** Greedy generation of the model itself. */
    @ParameterizedTest
    @MethodSource("generating")
    void greedyGenerationWithoutAdapter(String family) {
        Golden model = files.in(family);
        Golden golden = generation(model);
        JsonNode prompts = golden.json("golden.json").at("/runs/base");
        assertThat(prompts).isNotEmpty();
        try (Backbone backbone = model.backbone("model");
                NDManager scope = backbone.newManager()) {
            for (int i = 0; i < prompts.size(); i++) {
                JsonNode generated = prompts.get(i);
                TokenBatch batch = promptAndNewTokens(generated);
                NDArray hidden = TorchRuntime.withoutGradients(
                        () -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
                Tensor expected = golden.tensor("base.prompt" + i + ".step_logits");
                assertSteps(backbone, hidden, generated, expected);
                assertCachedSteps(backbone, Map.of(), VirtualTokens.NONE, generated, expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("adaptersWithGradients")
    void gradients(String family, String method) {
        Golden model = files.in(family);
        PeftAdapter adapter = PeftAdapter.of(model, method + "_feature_extraction");
        run(model, adapter, model.batch(), (backbone, hidden, trained) -> {
            NDManager scope = hidden.getManager();
            NDArray mask = model.batch().perToken(scope, (length, t) -> 1f).expandDims(2);
            NDArray objective = hidden.mul(model.tensor("grad_weights").upload(scope))
                    .mul(mask)
                    .sum();
            JniUtils.backward((PtNDArray) objective, (PtNDArray) scope.ones(new Shape()), false, false);
            Map<String, Tensor> found = new HashMap<>();
            trained.forEach((name, array) -> found.put(name, Tensor.of(array.getGradient())));
            adapter.assertGradients(backbone.architecture(), found);
        });
    }
}
