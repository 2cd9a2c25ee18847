package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.DecoderCases.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The functions of {@code sampling.py}. */
class TokenSamplingTest {

    /** Logits of the probabilities .1, .4, .2, .3. */
    private static final float[] LOGITS = {
        (float) Math.log(.1), (float) Math.log(.4), (float) Math.log(.2), (float) Math.log(.3)
    };

    private final Backbone backbone = open("gpt2");
    private final NDManager scope = backbone.newManager();

    @AfterEach
    void close() {
        scope.close();
        backbone.close();
    }

    /** Returns the tokens of rows with the same logits and settings, and evenly spaced random numbers. */
    private long[] tokens(int rows, double... settings) {
        return choose(
                repeat(LOGITS, rows),
                IntStream.range(0, rows).mapToDouble(i -> (i + .5) / rows).toArray(),
                settings);
    }

    private long[] choose(float[][] logits, double[] random, double... settings) {
        int rows = logits.length;
        Map<String, NDArray> selection = new HashMap<>();
        double[] ofRows = IntStream.range(0, rows)
                .mapToObj(i -> settings)
                .flatMapToDouble(DoubleStream::of)
                .toArray();
        selection.put("settings", scope.create(ofRows, new Shape(rows, 5)));
        selection.put("random", scope.create(random, new Shape(rows, 1)));
        return backbone.call("choose", List.of(scope.create(logits)), selection).toLongArray();
    }

    private static float[][] repeat(float[] row, int rows) {
        return IntStream.range(0, rows).mapToObj(i -> row).toArray(float[][]::new);
    }

    private static double[] shares(long[] tokens) {
        double[] shares = new double[4];
        LongStream.of(tokens).forEach(token -> shares[(int) token] += 1.0 / tokens.length);
        return shares;
    }

    @Test
    void samplesHaveTheProbabilitiesOfTheModel() {
        assertThat(shares(tokens(1000, 1, 0, 1, 0, 1))).containsExactly(new double[] {.1, .4, .2, .3}, within(1e-3));
        // squares of the probabilities
        assertThat(shares(tokens(1000, .5, 0, 1, 0, 1)))
                .containsExactly(new double[] {1 / 30., 16 / 30., 4 / 30., 9 / 30.}, within(2e-3));
    }

    @Test
    void filters() {
        double third = 1 / .7;
        double[] bestTwo = {0, .4 * third, 0, .3 * third};
        double[] bestThree = {0, .4 / .9, .2 / .9, .3 / .9};
        assertThat(shares(tokens(1000, 1, 2, 1, 0, 1))).containsExactly(bestTwo, within(2e-3));
        assertThat(shares(tokens(1000, 1, 0, .65, 0, 1))).containsExactly(bestTwo, within(2e-3));
        assertThat(shares(tokens(1000, 1, 0, .75, 0, 1))).containsExactly(bestThree, within(2e-3));
        assertThat(shares(tokens(1000, 1, 0, 1, .45, 1))).containsExactly(bestThree, within(2e-3)); // at least .18
        assertThat(shares(tokens(1000, 1, 2, .5, 0, 1)))
                .containsExactly(new double[] {0, 1, 0, 0}, within(1e-9)); // .5 of the best two
        assertThat(tokens(3, 0, 0, 1, 0, 1)).containsExactly(1, 1, 1); // greedy
    }

    @Test
    void rowsHaveTheirOwnSettings() {
        Map<String, NDArray> selection = Map.of(
                "settings", scope.create(new double[] {0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1}, new Shape(3, 5)),
                "random", scope.create(new double[] {.99, .99, .99}, new Shape(3, 1)));
        assertThat(backbone.call("choose", List.of(scope.create(repeat(LOGITS, 3))), selection)
                        .toLongArray())
                .containsExactly(1, 1, 0);
    }

    @Test
    void penaltyAppliesToTokensThatOccurred() {
        float[][] logits = {LOGITS, {1, 3, 0, 0}, {2, 3, 0, 0}};
        Map<String, NDArray> selection = Map.of(
                "settings", scope.create(new double[] {0, 0, 1, 0, 2, 0, 0, 1, 0, 2, 0, 0, 1, 0, 2}, new Shape(3, 5)),
                "occurred", scope.create(new long[] {1, 1, 1, 1, 1, 1}, new Shape(3, 2)));
        assertThat(backbone.call("choose", List.of(scope.create(logits)), selection)
                        .toLongArray())
                .containsExactly(3, 1, 0); // log(.4) * 2 < log(.3); 3 / 2 > 1; 3 / 2 < 2
    }

    @Test
    void rowsThatAreNotFiniteHaveNoToken() {
        float[][] logits = {LOGITS.clone(), LOGITS.clone(), LOGITS.clone()};
        logits[0][2] = Float.NaN;
        logits[2][0] = Float.POSITIVE_INFINITY;
        assertThat(choose(logits, new double[3], 1, 0, 1, 0, 1)).containsExactly(-1, 1, -1);
        assertThat(Arrays.stream(backbone.call("choose", List.of(scope.create(logits)), Map.of())
                        .toLongArray()))
                .containsExactly(-1L, 1L, -1L);
    }
}
