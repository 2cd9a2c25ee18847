package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.DecoderCases.LONG;
import static io.github.tribuopeft.backbone.DecoderCases.SHORT;
import static io.github.tribuopeft.backbone.DecoderCases.added;
import static io.github.tribuopeft.backbone.DecoderCases.open;
import static io.github.tribuopeft.backbone.DecoderCases.sequence;
import static io.github.tribuopeft.backbone.DecoderCases.states;
import static io.github.tribuopeft.backbone.DecoderCases.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.DecoderCases.Added;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoders that run in parts: ranges of layers, a cache of keys and values, and the language-model head. */
@Tag("gpu")
class DecodingTest {

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#decoders")
    void singleLayersComputeTheForwardPass(String family) {
        LoadedBackbone loaded = BackbonePool.acquire(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
        try (NDManager scope = loaded.newManager()) {
            TokenBatch batch = new TokenBatch(List.of(sequence(SHORT), sequence(LONG)));
            Map<String, NDArray> padding = Map.of("mask", batch.perToken(scope, (length, t) -> 1f));
            List<NDArray> tokens =
                    List.of(batch.ids(scope), batch.types(scope), batch.positions(scope, VirtualTokens.NONE));
            TorchRuntime.withoutGradients(() -> {
                TorchScriptModule program = loaded.program();
                NDArray hidden = program.call("embed", tokens, padding);
                for (long layer = 0; layer < 2; layer++) {
                    NDArray span = scope.create(new long[] {layer, layer + 1});
                    hidden = program.call("layers", List.of(hidden, tokens.get(2), span), padding);
                }
                assertThat(program.call("final_norm", List.of(hidden), padding).toFloatArray())
                        .containsExactly(
                                program.call("forward", tokens, padding).toFloatArray());
                return null;
            });
        } finally {
            BackbonePool.release(loaded);
        }
    }

    /** Token by token and in a batch of different lengths, a text has the logits of the whole text. */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.backbone.DecoderCases#cases")
    void textsTokenByTokenComputeTheSame(String family, Object adapter) {
        Added added = (Added) adapter;
        if (added.virtual().placement() == Placement.AFTER_LAST) {
            return; // rejected, see below
        }
        TorchRuntime.withoutGradients(() -> {
            try (Backbone backbone = open(family);
                    NDManager scope = backbone.newManager()) {
                UploadedAdapter uploaded = new UploadedAdapter(upload(scope, added.tensors()), added.virtual());
                for (int[][] texts : new int[][][] {{LONG}, {SHORT, LONG}, {SHORT, SHORT}}) {
                    requireSame(
                            backbone,
                            scope,
                            Stream.of(texts)
                                    .map(text -> new Text(uploaded, added, text))
                                    .toList());
                }
                return null;
            }
        });
    }

    /** Virtual tokens of different kinds and numbers, and other adapters than those, each for a row of its own. */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#decoders")
    void textsOfSeveralAdaptersComputeTheSame(String family) {
        TorchRuntime.withoutGradients(() -> {
            try (Backbone backbone = open(family);
                    NDManager scope = backbone.newManager()) {
                List<Text> texts = new ArrayList<>();
                for (Added added : added(backbone.dimensions())) {
                    if (added.virtual().placement() != Placement.AFTER_LAST) {
                        int[] text = texts.size() % 2 == 0 ? LONG : SHORT;
                        texts.add(new Text(
                                new UploadedAdapter(upload(scope, added.tensors()), added.virtual()), added, text));
                    }
                }
                requireSame(backbone, scope, texts);
                requireSame(backbone, scope, List.of(lowRank(backbone, scope, 1), lowRank(backbone, scope, 2)));
                return null;
            }
        });
    }

    /** A text and its adapter. */
    private record Text(UploadedAdapter uploaded, Added added, int[] ids) {}

    private static Text lowRank(Backbone backbone, NDManager scope, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensor> tensors = new HashMap<>();
        for (LinearLayer layer : backbone.architecture().linearLayers()) {
            tensors.put(AdapterEntry.LORA_A.of(layer), RandomTensors.normal(new Shape(2, layer.in()), 0.3, random));
            tensors.put(AdapterEntry.LORA_B.of(layer), RandomTensors.normal(new Shape(layer.out(), 2), 0.3, random));
            tensors.put(AdapterEntry.SCALE_IN.of(layer), RandomTensors.normal(new Shape(layer.in()), 1, random));
        }
        Added added = new Added("lora", tensors, VirtualTokens.NONE);
        return new Text(
                new UploadedAdapter(upload(scope, tensors), VirtualTokens.NONE), added, seed % 2 == 0 ? LONG : SHORT);
    }

    /** Checks the logits of all but the first token of each text, and then those of the last text in the batch alone. */
    private static void requireSame(Backbone backbone, NDManager scope, List<Text> texts) {
        int steps = SHORT.length - 1;
        List<float[][]> expected = texts.stream()
                .map(text -> {
                    int first = text.ids().length - SHORT.length;
                    NDArray states = scope.create(
                                    states(backbone, text.added(), text.ids()).get(0),
                                    new Shape(
                                            text.ids().length,
                                            backbone.dimensions().hidden()))
                            .get(new NDIndex("{}:", first));
                    NDArray logits = backbone.lmLogits(states, Map.of());
                    return IntStream.range(0, SHORT.length)
                            .mapToObj(t -> logits.get(t).toFloatArray())
                            .toArray(float[][]::new);
                })
                .toList();
        List<DecodingBatch.Row> rows = texts.stream()
                .map(text ->
                        new DecodingBatch.Row(text.uploaded(), Arrays.copyOf(text.ids(), text.ids().length - steps)))
                .toList();
        try (DecodingBatch batch = backbone.newTexts(rows, steps)) {
            for (int step = 0; step <= steps; step++) {
                int[] rest = step == steps ? new int[] {texts.size() - 1, 0, texts.size() - 1} : allRows(texts.size());
                if (step == steps) {
                    batch.select(rest);
                }
                for (int i = 0; i < rest.length; i++) {
                    assertThat(batch.logits().get(i).toFloatArray())
                            .as(texts.get(rest[i]).added() + " " + step)
                            .containsExactly(expected.get(rest[i])[step], within(2e-5f));
                }
                if (step < steps) {
                    int next = step;
                    batch.append(texts.stream()
                            .mapToLong(text -> text.ids()[text.ids().length - steps + next])
                            .toArray());
                }
            }
        }
    }

    private static int[] allRows(int count) {
        return IntStream.range(0, count).toArray();
    }

    @Test
    void virtualTokensAfterTheTextCannotGenerate() {
        try (Backbone backbone = open("llama")) {
            UploadedAdapter adapter = new UploadedAdapter(Map.of(), new VirtualTokens(3, Placement.AFTER_LAST));
            assertThatThrownBy(() -> backbone.newTexts(List.of(new DecodingBatch.Row(adapter, SHORT)), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("AFTER_LAST");
        }
    }

    @Test
    void logitsOfTheVocabulary() {
        for (String family : List.of("llama", "qwen")) {
            try (Backbone backbone = open(family);
                    NDManager scope = backbone.newManager()) {
                TorchRuntime.withoutGradients(() -> {
                    NDArray hidden = backbone.forward(
                            scope, new TokenBatch(List.of(sequence(LONG))), Map.of(), VirtualTokens.NONE);
                    NDArray logits = backbone.lmLogits(hidden, Map.of());
                    assertThat(logits.getShape()).isEqualTo(new Shape(1, LONG.length, 145));
                    boolean own = !backbone.architecture().lmHead().isEmpty();
                    NDArray words = backbone.weight("embed_tokens.weight").upload(scope);
                    double distance = logits.sub(hidden.matMul(words.transpose()))
                            .abs()
                            .max()
                            .getFloat();
                    assertThat(distance < 1e-4).isEqualTo(!own);
                    return null;
                });
            }
        }
    }

    @Test
    void encodersAreNotLanguageModels() {
        try (Backbone backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            assertThatThrownBy(() -> backbone.lmLogits(scope.zeros(new Shape(1, 16)), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("A backbone of family bert is not a language model");
        }
    }

    /** Like a checkpoint of the model without its head, whose configuration still describes the head. */
    @Test
    void checkpointWithoutTheHead() {
        Checkpoint checkpoint = new TinyBackbone("qwen").open();
        Checkpoint headless = new Checkpoint() {
            @Override
            public Architecture architecture() {
                return checkpoint.architecture();
            }

            @Override
            public void read(NDManager manager, WeightReceiver receiver) {
                checkpoint.read(manager, (name, values, format) -> {
                    if (!name.startsWith("lm_head")) {
                        receiver.accept(name, values, format);
                    }
                });
            }

            @Override
            public InputStream tokenizer() throws IOException {
                return checkpoint.tokenizer();
            }

            @Override
            public void close() {
                checkpoint.close();
            }
        };
        Fingerprint fingerprint = new Fingerprint("headless", "headless", "headless");
        BackboneSource source = new StubSource("headless", () -> fingerprint, () -> headless);
        try (Backbone backbone = Backbone.open(source, TestDevice.get(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            assertThatThrownBy(() -> backbone.lmLogits(scope.zeros(new Shape(1, 16)), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lacks the language-model head; it needs lm_head.weight");
        }
    }
}
