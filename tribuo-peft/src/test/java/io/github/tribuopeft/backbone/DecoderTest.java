package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.DecoderCases.LONG;
import static io.github.tribuopeft.backbone.DecoderCases.SHORT;
import static io.github.tribuopeft.backbone.DecoderCases.open;
import static io.github.tribuopeft.backbone.DecoderCases.sequence;
import static io.github.tribuopeft.backbone.DecoderCases.states;
import static io.github.tribuopeft.backbone.DecoderCases.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.DecoderCases.Added;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hidden states of decoders. */
@Tag("gpu")
class DecoderTest {

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.backbone.DecoderCases#cases")
    void aRowComputesTheSameAloneAndInABatch(String family, Object adapter) {
        Added added = (Added) adapter;
        try (Backbone backbone = open(family)) {
            List<float[]> together = states(backbone, added, SHORT, LONG);
            assertThat(states(backbone, added, SHORT).get(0)).containsExactly(together.get(0), within(1e-5f));
            assertThat(states(backbone, added, LONG).get(0)).containsExactly(together.get(1), within(1e-5f));
        }
    }

    /**
     * Padding on the left, which {@link TokenBatch} does not create, with the position ids that each row has when it is
     * alone.
     */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.backbone.DecoderCases#cases")
    void leftPaddingChangesNothing(String family, Object adapter) {
        Added added = (Added) adapter;
        LoadedBackbone loaded = BackbonePool.acquire(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
        try (Backbone backbone = open(family);
                NDManager scope = loaded.newManager()) {
            int pads = LONG.length - SHORT.length;
            long[] ids = new long[2 * LONG.length];
            long[] positions = new long[ids.length];
            float[] mask = new float[ids.length];
            for (int t = 0; t < LONG.length; t++) {
                boolean real = t >= pads;
                ids[t] = real ? SHORT[t - pads] : 0;
                positions[t] = real
                        ? added.virtual()
                                .placement()
                                .realPosition(t - pads, added.virtual().count())
                        : 0;
                mask[t] = real ? 1 : 0;
                ids[LONG.length + t] = LONG[t];
                positions[LONG.length + t] = added.virtual()
                        .placement()
                        .realPosition(t, added.virtual().count());
                mask[LONG.length + t] = 1;
            }
            Shape shape = new Shape(2, LONG.length);
            Map<String, NDArray> dictionary = upload(scope, added.tensors());
            dictionary.put("mask", scope.create(mask, shape));
            if (added.tensors().containsKey("prompt") && added.virtual().positionsTaken() > 0) {
                dictionary.put(
                        "prompt.positions",
                        new TokenBatch(List.of(sequence(SHORT), sequence(LONG)))
                                .virtualPositions(scope, added.virtual()));
            }
            NDArray hidden = TorchRuntime.withoutGradients(() -> loaded.program()
                    .call(
                            "forward",
                            List.of(
                                    scope.create(ids, shape),
                                    scope.create(new long[ids.length], shape),
                                    scope.create(positions, shape)),
                            dictionary));
            assertThat(hidden.get(new NDIndex("0, {}:", pads)).toFloatArray())
                    .containsExactly(states(backbone, added, SHORT).get(0), within(1e-5f));
            assertThat(hidden.get(new NDIndex("1")).toFloatArray())
                    .containsExactly(states(backbone, added, LONG).get(0), within(1e-5f));
        } finally {
            BackbonePool.release(loaded);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.backbone.DecoderCases#cases")
    void aTokenDoesNotAttendToLaterTokens(String family, Object adapter) {
        Added added = (Added) adapter;
        try (Backbone backbone = open(family)) {
            int[] other = LONG.clone();
            other[5] = 99;
            float[] one = states(backbone, added, LONG).get(0);
            float[] two = states(backbone, added, other).get(0);
            int hidden = backbone.dimensions().hidden();
            for (int i = 0; i < 5 * hidden; i++) {
                assertThat(two[i]).isEqualTo(one[i], within(1e-6f));
            }
            for (int t = 5; t < 8; t++) {
                assertThat(distance(one, two, t, hidden)).isGreaterThan(1e-3);
            }
        }
    }

    private static double distance(float[] one, float[] two, int token, int hidden) {
        double largest = 0;
        for (int i = token * hidden; i < (token + 1) * hidden; i++) {
            largest = Math.max(largest, Math.abs(one[i] - two[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.backbone.DecoderCases#cases")
    void bfloat16IsClose(String family, Object adapter) {
        Added added = (Added) adapter;
        try (Backbone wide = open(family);
                Backbone narrow = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.BF16)) {
            float[] expected = states(wide, added, SHORT, LONG).get(0);
            assertThat(states(narrow, added, SHORT, LONG).get(0)).containsExactly(expected, within(0.15f));
        }
    }

    /** With two layers of windows of three tokens, the first token influences the fifth, but not the sixth. */
    @Test
    void windowsHaveTheirWidth() {
        try (Backbone backbone = open("mistral")) {
            int[] other = LONG.clone();
            other[0] = 99;
            Added nothing = new Added("nothing", Map.of(), VirtualTokens.NONE);
            float[] one = states(backbone, nothing, LONG).get(0);
            float[] two = states(backbone, nothing, other).get(0);
            for (int t = 0; t < LONG.length; t++) {
                double distance = distance(one, two, t, backbone.dimensions().hidden());
                if (t <= 4) {
                    assertThat(distance).as("token %d", t).isGreaterThan(1e-4);
                } else {
                    assertThat(distance).as("token %d", t).isLessThan(1e-6);
                }
            }
        }
    }

    /** A prefix with the keys and values of the beginning of a text is equivalent to it. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen"})
    void aPrefixWithTheKeysAndValuesOfATextReplacesIt(String family) {
        try (Backbone backbone = open(family);
                NDManager scope = backbone.newManager()) {
            int[] tail = {LONG[3], LONG[4], LONG[5], LONG[6], LONG[7]};
            Map<String, Tensor> prefix = new HashMap<>();
            TorchRuntime.withoutGradients(() -> {
                NDArray made =
                        backbone.keysAndValues(scope, new TokenBatch(List.of(sequence(LONG[0], LONG[1], LONG[2]))));
                for (int i = 0; i < 2 * backbone.dimensions().layers(); i++) {
                    prefix.put("prefix." + i / 2 + (i % 2 == 0 ? ".key" : ".value"), Tensor.of(made.get(i)));
                }
                return null;
            });
            float[] whole = states(backbone, new Added("nothing", Map.of(), VirtualTokens.NONE), LONG)
                    .get(0);
            float[] rest = new float[5 * backbone.dimensions().hidden()];
            System.arraycopy(whole, 3 * backbone.dimensions().hidden(), rest, 0, rest.length);
            assertThat(states(backbone, new Added("prefix", prefix, new VirtualTokens(3, Placement.BEFORE)), tail)
                            .get(0))
                    .containsExactly(rest, within(1e-5f));
        }
    }

    /** A prompt with the word embeddings of the beginning of a text is equivalent to it. */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#decoders")
    void aPromptWithTheEmbeddingsOfATextReplacesIt(String family) {
        try (Backbone backbone = open(family)) {
            Tensor words = backbone.wordEmbeddings(new int[] {LONG[0], LONG[1], LONG[2]});
            Tensor prompt = new Tensor(new Shape(1).addAll(words.shape()), words.values());
            int[] tail = {LONG[3], LONG[4], LONG[5], LONG[6], LONG[7]};
            float[] whole = states(backbone, new Added("nothing", Map.of(), VirtualTokens.NONE), LONG)
                    .get(0);
            float[] rest = new float[5 * backbone.dimensions().hidden()];
            System.arraycopy(whole, 3 * backbone.dimensions().hidden(), rest, 0, rest.length);
            Added added = new Added("prompt", Map.of("prompt", prompt), new VirtualTokens(3, Placement.BEFORE));
            assertThat(states(backbone, added, tail).get(0)).containsExactly(rest, within(1e-5f));
        }
    }
}
