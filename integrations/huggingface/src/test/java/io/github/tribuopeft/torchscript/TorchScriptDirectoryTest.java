package io.github.tribuopeft.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.CaseEmbedding;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluator;

/**
 * Backbones that {@code src/test/python/torchscript_modules.py} traced and scripted. One of them is a BERT that is
 * also available as a Hugging Face directory.
 */
class TorchScriptDirectoryTest {

    private static final VirtualTokens THREE = new VirtualTokens(3, Placement.BEFORE);
    private static final Path STATUS = Path.of("/proc/self/status");

    @TempDir
    private Path folder;

    private Path directory;

    @BeforeEach
    void write() throws IOException {
        directory = Files.createDirectory(folder.resolve("traced"));
        copy("model.pt", "model.pt");
        copy("embeddings.safetensors", "embeddings.safetensors");
        settings("{\"positions\": 48}");
        tokenizer(directory);
    }

    private void copy(String fixture, String name) throws IOException {
        copy(fixture, directory.resolve(name));
    }

    private static void copy(String fixture, Path file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(TorchScriptDirectoryTest.class.getResourceAsStream(fixture), fixture)) {
            Files.write(file, in.readAllBytes());
        }
    }

    private static void tokenizer(Path directory) throws IOException {
        try (TinyCheckpoint tiny = new TinyBert().open()) {
            Files.write(directory.resolve("tokenizer.json"), tiny.tokenizer().readAllBytes());
        }
    }

    private void settings(String json) throws IOException {
        Files.writeString(directory.resolve("torchscript.json"), json);
    }

    private TorchScriptDirectory source() {
        return new TorchScriptDirectory(directory);
    }

    private Backbone open() {
        return open(source());
    }

    private static Backbone open(BackboneSource source) {
        return Backbone.open(source, TestDevice.get(), Precision.FP32);
    }

    /** Opens the same weights as a Hugging Face directory. */
    private Backbone huggingFaceBackbone() throws IOException {
        Path twin = Files.createDirectory(folder.resolve("twin"));
        copy("config.json", twin.resolve("config.json"));
        copy("model.safetensors", twin.resolve("model.safetensors"));
        tokenizer(twin);
        return open(new HuggingFaceDirectory(twin));
    }

    /** Returns texts of 20, 9 and 1 tokens. */
    private static TokenBatch batch() {
        SplittableRandom random = new SplittableRandom(7);
        return new TokenBatch(IntStream.of(20, 9, 1)
                .mapToObj(length ->
                        new TokenSequence(random.ints(length, 0, 145).toArray(), new int[length], new int[0], 0))
                .toList());
    }

    private static Tensor prompt() {
        return RandomTensors.normal(new Shape(1, 3, 16), 0.6, new SplittableRandom(8));
    }

    /** Hidden states of the tokens, and the gradient of a prompt. */
    private record Pass(Tensor states, Tensor gradient) {}

    private static Pass pass(Backbone backbone, boolean withPrompt) {
        return TorchRuntime.withGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                NDArray prompt = prompt().upload(scope);
                prompt.setRequiresGradient(true);
                NDArray hidden = withPrompt
                        ? backbone.forward(scope, batch(), Map.of("prompt", prompt), THREE)
                        : backbone.forward(scope, batch(), Map.of(), VirtualTokens.NONE);
                NDArray mask = batch().perToken(scope, (length, t) -> 1f);
                if (withPrompt) {
                    mask = scope.ones(new Shape(3, 3)).concat(mask, 1);
                }
                NDArray weights = RandomTensors.normal(hidden.getShape(), 1.0, new SplittableRandom(9))
                        .upload(scope);
                NDArray real = hidden.mul(mask.expandDims(2));
                if (!withPrompt) {
                    return new Pass(Tensor.of(real), null);
                }
                NDArray objective = real.mul(weights).sum();
                JniUtils.backward((PtNDArray) objective, (PtNDArray) scope.ones(new Shape()), false, false);
                return new Pass(Tensor.of(real), Tensor.of(prompt.getGradient()));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesAndGradientsAgreeWithTheHuggingFaceDirectory(boolean withPrompt) throws IOException {
        try (Backbone traced = open();
                Backbone twin = huggingFaceBackbone()) {
            Pass expected = pass(twin, withPrompt);
            Pass found = pass(traced, withPrompt);
            assertThat(found.states().shape()).isEqualTo(expected.states().shape());
            assertThat(found.states().values())
                    .containsExactly(expected.states().values(), within(1e-5f));
            if (withPrompt) {
                assertThat(found.gradient().values())
                        .containsExactly(expected.gradient().values(), within(1e-4f));
            }
            assertThat(traced.wordEmbeddings(new int[] {0, 144})).isEqualTo(twin.wordEmbeddings(new int[] {0, 144}));
            assertThat(traced.parameters()).isEqualTo(twin.parameters());
        }
    }

    private PeftTrainer<Label> trainer(PeftMethod method, int epochs) {
        return Fixtures.trainer(method)
                .backbone(source())
                .options(Fixtures.options().epochs(epochs).build())
                .build();
    }

    private static PromptTuning promptTuning() {
        return new PromptTuning(4, new SampledVocabularyInitializer(), Placement.BEFORE);
    }

    static Stream<PeftMethod> prompts() {
        return Stream.of(promptTuning(), new PTuning(4, PromptNetwork.MLP, 0, Placement.BEFORE));
    }

    static Stream<PeftMethod> methods() {
        return Stream.concat(prompts(), Stream.of(new LinearProbe(), new CaseEmbedding()));
    }

    private static double accuracy(PeftTrainer<Label> trainer, MutableDataset<Label> opinions) {
        try (PeftModel<Label> model = trainer.train(opinions)) {
            return new LabelEvaluator().evaluate(model, opinions).accuracy();
        }
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void promptsLearnMoreThanAProbeOfFrozenStates(PeftMethod method) {
        MutableDataset<Label> opinions = Fixtures.opinions(48);
        try (Backbone handle = open()) {
            String before = handle.weightsHash();
            assertThat(accuracy(trainer(new LinearProbe(), 40), opinions)).isLessThan(0.75);
            assertThat(accuracy(trainer(method, 40), opinions)).isGreaterThan(0.85);
            assertThat(handle.weightsHash()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void modelsCanBeSavedAndLoaded(PeftMethod method) throws IOException {
        MutableDataset<Label> opinions = Fixtures.opinions(24);
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<Label> model = trainer(method, 2).train(opinions)) {
            model.serializeToFile(file);
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                BackboneCatalog.register(source()); // a model file must not run a program
                assertThat(Fixtures.scores(loaded.castModel(Label.class), opinions))
                        .containsExactly(Fixtures.scores(model, opinions));
            }
        }
    }

    @Test
    void weightsInMemoryCoverTheModule() throws IOException {
        String before;
        try (Backbone open = open()) {
            before = open.weightsHash();
        }
        copy("pair.pt", "model.pt");
        try (Backbone other = open()) {
            assertThat(other.weightsHash()).isNotEqualTo(before);
        }
    }

    static Stream<String> methodsInsideLayers() {
        Set<String> names = new HashSet<>(PeftMethods.names());
        methods().map(PeftMethod::name).forEach(names::remove);
        return Stream.concat(names.stream().sorted(), Stream.of("prompt-tuning+lora"));
    }

    @ParameterizedTest
    @MethodSource("methodsInsideLayers")
    void methodsInsideLayersAreRejected(String name) {
        assertThatThrownBy(() -> trainer(PeftMethods.named(name), 1).train(Fixtures.opinions(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Method '" + name + "' works inside the layers")
                .hasMessageContaining("'traced'")
                .hasMessageContaining("prompt-tuning");
    }

    @Test
    void unsupportedEntriesAreRejected() {
        try (Backbone open = open();
                NDManager scope = open.newManager()) {
            assertThatThrownBy(() ->
                            open.forward(scope, batch(), Map.of("prefix.0.key", scope.create(0f)), VirtualTokens.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'prefix.0.key'");
            assertThatThrownBy(() -> open.keysAndValues(scope, batch()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("torchscript");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AFTER_FIRST", "AFTER_LAST", "NO_POSITION_IDS"})
    void otherPlacementsAreRejected(Placement placement) {
        PromptTuning method = new PromptTuning(4, new SampledVocabularyInitializer(), placement);
        assertThatThrownBy(() -> trainer(method, 1).train(Fixtures.opinions(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Placement " + placement)
                .hasMessageContaining("Use BEFORE");
    }

    @Test
    void positionsAreThoseOfTheSettings() throws IOException {
        settings("{\"positions\": 22, \"pooling\": \"last\"}");
        try (Backbone open = open();
                NDManager scope = open.newManager()) {
            assertThat(open.defaultPooling()).isEqualTo(TextPooling.LAST);
            assertThat(open.maxTextTokens(THREE)).isEqualTo(19);
            assertThatThrownBy(() -> open.forward(scope, batch(), Map.of("prompt", prompt().upload(scope)), THREE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs 23 positions, but the backbone has 22");
        }
    }

    @Test
    void bfloat16IsRejected() {
        assertThatThrownBy(() -> Backbone.open(source(), TestDevice.get(), Precision.BF16))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("the only precision supported is fp32");
    }

    /** Modules with bfloat16 parameters and states, in training mode, and with other types of results. */
    @ParameterizedTest
    @ValueSource(strings = {"pair", "named", "bfloat16", "switchable"})
    void validModules(String module) throws IOException {
        copy(module + ".pt", "model.pt");
        try (Backbone open = open()) {
            Pass pass = pass(open, true);
            assertThat(pass.states().isFinite()).isTrue();
            assertThat(pass.gradient().isFinite()).isTrue();
            assertThat(pass.gradient()).isNotEqualTo(Tensor.zeros(1, 3, 16));
            assertThat(open.parameters()).isEqualTo(145 * 16 + 16 * 16 + 16);
            assertThat(open.weightsHash()).hasSize(64);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unnamed, returns a dictionary or list without 'last_hidden_state'",
        "number, Unsupported IValue type",
        "ids, scalar types",
        "one, but received 3 argument",
        "ignores_mask, ignores attention_mask",
        "training, call eval() before tracing",
        "narrow, '(2, 3, 12); expected (2, 3, 16)'"
    })
    void invalidModules(String module, String message) throws IOException {
        copy(module + ".pt", "model.pt");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("model.pt")
                .hasMessageContaining(message);
    }

    @Test
    void hiddenSizeOfTheSettings() throws IOException {
        copy("narrow.pt", "model.pt");
        settings("{\"positions\": 48, \"hidden\": 12}");
        try (Backbone open = open()) {
            assertThat(open.dimensions().hidden()).isEqualTo(12);
            assertThat(pass(open, true).states().shape()).isEqualTo(new Shape(3, 23, 12));
        }
    }

    @Test
    void embeddingsOfAnotherWidth() throws IOException {
        Files.write(
                directory.resolve("embeddings.safetensors"),
                TinyBertDirectory.safetensors(Map.of("weight", Tensor.zeros(145, 12))));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("model.pt: forward(inputs_embeds float32 (2, 3, 12)")
                .hasMessageContaining("16");
    }

    @Test
    void invalidEmbeddings() throws IOException {
        Path file = directory.resolve("embeddings.safetensors");
        Files.write(file, TinyBertDirectory.safetensors(Map.of("weight", Tensor.zeros(145))));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'weight' should be word embeddings [V, E], but is (145)");
        Files.write(file, TinyBertDirectory.safetensors(Map.of("a", Tensor.zeros(2, 2), "b", Tensor.zeros(2, 2))));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("should contain one tensor");
    }

    @Test
    void fileThatIsNotTorchScript() throws IOException {
        Path file = directory.resolve("model.pt");
        byte[] whole = Files.readAllBytes(file);
        for (byte[] bytes : List.of(new byte[0], "no archive".getBytes(), Arrays.copyOf(whole, whole.length / 2))) {
            Files.write(file, bytes);
            assertThatThrownBy(this::open)
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("model.pt is not a TorchScript module");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model.pt, torch.jit.trace",
        "embeddings.safetensors, get_input_embeddings",
        "tokenizer.json, save_pretrained",
        "torchscript.json, '{\"positions\": 512}'"
    })
    void missingFiles(String file, String remedy) throws IOException {
        Files.delete(directory.resolve(file));
        assertThatThrownBy(() -> source().fingerprint())
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("has no " + file)
                .hasMessageContaining(remedy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 'positions' must be a positive integer",
                "{\"positions\": 48, \"hidden\": 0} | 'hidden' must be a positive integer",
                "{\"positions\": 48, \"pooling\": \"max\"} | 'pooling' is 'max'; expected mean, first or last",
                "{positions} | is not valid JSON"
            })
    void wrongSettings(String json, String message) throws IOException {
        settings(json);
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("torchscript.json")
                .hasMessageContaining(message);
    }

    @Test
    void fingerprintDependsOnEveryFile() throws IOException {
        Set<Fingerprint> seen = new HashSet<>(Set.of(source().fingerprint()));
        for (String file : List.of("model.pt", "embeddings.safetensors", "tokenizer.json", "torchscript.json")) {
            Files.write(directory.resolve(file), new byte[] {' '}, StandardOpenOption.APPEND);
            assertThat(seen.add(source().fingerprint())).as(file).isTrue();
        }
    }

    @Test
    void sourceIsRebuiltFromProvenance() {
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(ProvenanceUtil.extractConfiguration(source().getProvenance()));
        BackboneSource rebuilt = manager.lookupAll(TorchScriptDirectory.class).get(0);
        assertThat(rebuilt.fingerprint()).isEqualTo(source().fingerprint());
        assertThat(rebuilt.name()).isEqualTo("traced");
    }

    @Test
    void matchesOnlyTorchScriptDirectories() throws IOException {
        assertThat(TorchScriptDirectory.matches(directory)).isTrue();
        copy("config.json", "config.json");
        assertThat(TorchScriptDirectory.matches(directory)).isFalse();
    }

    /** A leak grows in every interval. The JVM grows in a few intervals, which do not change the median. */
    @Test
    void memoryDoesNotGrow() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system has no " + STATUS);
        cycles(12);
        long[] growth = new long[5];
        for (int i = 0; i < growth.length; i++) {
            long start = ResidentMemory.kilobytes();
            cycles(6);
            growth[i] = ResidentMemory.kilobytes() - start;
        }
        Arrays.sort(growth);
        assertThat(growth[2])
                .as("median growth in kB over 6 openings and training runs, of %s", Arrays.toString(growth))
                .isLessThan(5 * 1024); // six leaked modules are 13 MB
    }

    private void cycles(int count) {
        MutableDataset<Label> opinions = Fixtures.opinions(8);
        for (int i = 0; i < count; i++) {
            try (PeftModel<Label> model = trainer(promptTuning(), 1).train(opinions)) {
                model.predict(opinions);
            }
        }
    }
}
