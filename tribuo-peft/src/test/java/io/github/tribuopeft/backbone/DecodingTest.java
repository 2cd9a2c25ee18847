package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.DecoderCases.LONG;
import static io.github.tribuopeft.backbone.DecoderCases.SHORT;
import static io.github.tribuopeft.backbone.DecoderCases.open;
import static io.github.tribuopeft.backbone.DecoderCases.sequence;
import static io.github.tribuopeft.backbone.DecoderCases.states;
import static io.github.tribuopeft.backbone.DecoderCases.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.DecoderCases.Added;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoders that run in parts: ranges of layers, a cache of keys and values, and the language-model head. */
class DecodingTest {

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#decoders")
    void singleLayersComputeTheForwardPass(String family) {
        LoadedBackbone loaded = BackbonePool.acquire(new TinyBackbone(family), Device.cpu(), Precision.FP32);
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

    /** With a cache, a text in several parts has the states of the whole text. */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.backbone.DecoderCases#cases")
    void aTextInPartsComputesTheSame(String family, Object adapter) {
        Added added = (Added) adapter;
        LoadedBackbone loaded = BackbonePool.acquire(new TinyBackbone(family), Device.cpu(), Precision.FP32);
        try (NDManager scope = loaded.newManager()) {
            TorchRuntime.withoutGradients(() -> {
                TokenBatch batch = new TokenBatch(List.of(sequence(SHORT), sequence(LONG)));
                Map<String, NDArray> whole = upload(scope, added.tensors());
                if (added.tensors().containsKey("prompt") && added.virtual().positionsTaken() > 0) {
                    whole.put("prompt.positions", batch.virtualPositions(scope, added.virtual()));
                }
                NDArray mask = batch.perToken(scope, (length, t) -> 1f);
                whole.put("mask", mask);
                List<NDArray> tokens =
                        List.of(batch.ids(scope), batch.types(scope), batch.positions(scope, added.virtual()));
                NDArray expected = loaded.program().call("forward", tokens, whole);
                Map<String, NDArray> part = new HashMap<>(whole);
                int[] cuts = {0, 3, 5, 6, 7, 8};
                for (int i = 1; i < cuts.length; i++) {
                    NDIndex columns = new NDIndex(":, {}:{}", cuts[i - 1], cuts[i]);
                    part.put("mask", mask.get(new NDIndex(":, :{}", cuts[i])));
                    Map<String, NDArray> made = loaded.program()
                            .callForDictionary(
                                    "decode",
                                    tokens.stream()
                                            .map(array -> array.get(columns))
                                            .toList(),
                                    part);
                    int last = Math.min(cuts[i], SHORT.length) - cuts[i - 1];
                    NDArray states = made.remove("states");
                    if (last > 0) {
                        assertClose(states.get("0, :" + last), expected.get("0, " + cuts[i - 1] + ":" + SHORT.length));
                    }
                    assertClose(states.get(1), expected.get(1).get(cuts[i - 1] + ":" + cuts[i]));
                    part.remove("prompt");
                    part.remove("prompt.positions");
                    part.putAll(made);
                }
                return null;
            });
        } finally {
            BackbonePool.release(loaded);
        }
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
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
        try (Backbone backbone = Backbone.open(new TinyBert(), Device.cpu(), Precision.FP32);
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
        try (Backbone backbone = Backbone.open(source, Device.cpu(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            assertThatThrownBy(() -> backbone.lmLogits(scope.zeros(new Shape(1, 16)), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lacks the language-model head; it needs lm_head.weight");
        }
    }
}
