package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Attention to virtual tokens in families whose attention depends on positions. Tokens of the tiny ModernBERT attend to
 * 3 positions on each side in layer 1 and to all positions in layer 0. MPNet has an attention bias by distance.
 */
@Tag("gpu")
class PositionalAttentionTest {

    private static final int TOKENS = 9;
    private static final int VIRTUAL = 2;
    private static final int WIDTH = 16;

    private final NDManager scope = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE);

    @AfterEach
    void close() {
        scope.close();
    }

    /** Returns the states of the tokens after one layer of ModernBERT. */
    private float[][] states(long layer, long firstWord, long firstPosition, Map<String, NDArray> adapter) {
        return states("modernbert", layer, firstWord, firstPosition, adapter);
    }

    private float[][] states(
            String family, long layer, long firstWord, long firstPosition, Map<String, NDArray> adapter) {
        NDArray ids = row(LongStream.concat(LongStream.of(firstWord), LongStream.range(20, 19 + TOKENS)));
        NDArray positions = row(LongStream.range(firstPosition, firstPosition + TOKENS));
        LoadedBackbone loaded = BackbonePool.acquire(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
        try {
            TorchScriptModule program = loaded.program();
            return TorchRuntime.withoutGradients(() -> {
                NDArray embedded = program.call("embed", List.of(ids, ids.zerosLike(), positions), adapter);
                NDArray span = scope.create(new long[] {layer, layer + 1});
                NDArray hidden = program.call("layers", List.of(embedded, positions, span), adapter);
                float[] values = hidden.toFloatArray();
                int first = values.length / WIDTH - TOKENS;
                return IntStream.range(first, first + TOKENS)
                        .mapToObj(row -> Arrays.copyOfRange(values, row * WIDTH, (row + 1) * WIDTH))
                        .toArray(float[][]::new);
            });
        } finally {
            BackbonePool.release(loaded);
        }
    }

    private NDArray row(LongStream numbers) {
        long[] values = numbers.toArray();
        return scope.create(values, new Shape(1, values.length));
    }

    private NDArray noise(long seed, long... extents) {
        return RandomTensors.normal(new Shape(extents), 1, new SplittableRandom(seed))
                .upload(scope);
    }

    private NDArray prompt(long seed) {
        return noise(seed, 1, VIRTUAL, WIDTH);
    }

    private static int[] differing(float[][] some, float[][] others) {
        return IntStream.range(0, TOKENS)
                .filter(token -> !Arrays.equals(some[token], others[token]))
                .toArray();
    }

    private static int[] all() {
        return IntStream.range(0, TOKENS).toArray();
    }

    @Test
    void tokensAttendToTheWindow() {
        assertThat(differing(states(1, 10, 0, Map.of()), states(1, 11, 0, Map.of())))
                .containsExactly(0, 1, 2, 3);
        assertThat(differing(states(0, 10, 0, Map.of()), states(0, 11, 0, Map.of())))
                .as("a global layer")
                .containsExactly(all());
    }

    @Test
    void promptRowsWithPositionIdsAreLikeTokens() {
        NDArray positions = row(LongStream.range(0, VIRTUAL));
        float[][] some = states(1, 10, VIRTUAL, Map.of("prompt", prompt(1), "prompt.positions", positions));
        float[][] others = states(1, 10, VIRTUAL, Map.of("prompt", prompt(2), "prompt.positions", positions));
        assertThat(differing(some, others))
                .containsExactly(0, 1, 2); // the last prompt row has the position id 1, these tokens 2 to 4
    }

    @Test
    void allTokensAttendToPromptRowsWithoutPositionIds() {
        assertThat(differing(
                        states(1, 10, 0, Map.of("prompt", prompt(1))), states(1, 10, 0, Map.of("prompt", prompt(2)))))
                .containsExactly(all());
    }

    @Test
    void promptRowsWithoutPositionIdsAreNotRotated() {
        float[][] without = states(0, 10, 0, Map.of("prompt", prompt(1)));
        float[][] atZero = states(0, 10, 0, Map.of("prompt", prompt(1), "prompt.positions", row(LongStream.of(0, 0))));
        float[][] elsewhere =
                states(0, 10, 0, Map.of("prompt", prompt(1), "prompt.positions", row(LongStream.of(7, 8))));
        for (int token = 0; token < TOKENS; token++) {
            assertThat(without[token]).containsExactly(atZero[token], within(1e-6f));
        }
        assertThat(differing(without, elsewhere)).containsExactly(all());
    }

    @Test
    void allTokensAttendToAPrefix() {
        NDArray values = noise(1, 1, 2, VIRTUAL, 8);
        Map<String, NDArray> some = Map.of("prefix.1.key", noise(2, 1, 2, VIRTUAL, 8), "prefix.1.value", values);
        Map<String, NDArray> others = Map.of("prefix.1.key", noise(3, 1, 2, VIRTUAL, 8), "prefix.1.value", values);
        assertThat(differing(states(1, 10, 0, some), states(1, 10, 0, others))).containsExactly(all());
    }

    /** Padding far after the text, with no token inside its window. */
    @Test
    void rowsWithoutAttentionHaveFiniteStates() {
        float[] mask = new float[TOKENS];
        mask[0] = 1;
        for (float[] state : states(1, 10, 0, Map.of("mask", scope.create(mask, new Shape(1, TOKENS))))) {
            for (float value : state) {
                assertThat(value).isFinite();
            }
        }
    }

    /**
     * With a bias that masks every pair of rows with position ids, tokens attend to all others, or only to rows without
     * position ids if there are any.
     */
    @Test
    void promptRowsWithoutPositionIdsHaveNoBias() {
        NDArray hiding = scope.full(new Shape(32, 2), -10_000f);
        Map<String, NDArray> without = Map.of("prompt", prompt(1), "encoder.relative_attention_bias.weight", hiding);
        Map<String, NDArray> with = new HashMap<>(without);
        with.put("prompt.positions", row(LongStream.range(0, VIRTUAL)));
        assertThat(differing(states("mpnet", 0, 10, 0, without), states("mpnet", 0, 11, 0, without)))
                .as("tokens attend only to these rows")
                .containsExactly(0);
        assertThat(differing(states("mpnet", 0, 10, VIRTUAL, with), states("mpnet", 0, 11, VIRTUAL, with)))
                .containsExactly(all());
    }
}
