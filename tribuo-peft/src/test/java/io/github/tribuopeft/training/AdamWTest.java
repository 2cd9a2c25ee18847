package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.TestDevice;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The optimizer against the formula of Loshchilov and Hutter, in double precision. */
@Tag("gpu")
class AdamWTest {

    private static final double ADAPTER_RATE = 0.1;
    private static final double HEAD_RATE = 0.01;
    private static final float[] START = {1f, -2f, 0.5f, 3f};

    /** Gradients of five steps: the first two values are the adapter's, the others the head's. */
    private static final float[][] GRADIENTS = {
        {0.5f, -0.1f, 2f, 0f},
        {30f, 0.2f, -40f, 0.01f},
        {0.5f, -0.1f, 2f, 0.3f},
        {0f, 0f, 0f, 0f},
        {-5f, 1e-4f, 0.1f, 9f}
    };

    private final NDManager manager = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE);
    private final TrainingState start = TrainingState.initial(
            Map.of("a", new Tensor(new Shape(2), new float[] {START[0], START[1]})),
            Map.of("h", new Tensor(new Shape(1, 2), new float[] {START[2], START[3]})));
    private final TrainableTensors tensors = new TrainableTensors(manager, start.parameters());

    @AfterEach
    void free() {
        manager.close();
    }

    private static TrainingOptions options(double weightDecay, double clipNorm) {
        return TrainingOptions.builder()
                .weightDecay(weightDecay)
                .clipNorm(clipNorm)
                .build();
    }

    private static TrainingPlan plan(TrainingOptions options) {
        return TrainingPlan.of(options, 1, new PromptTuning(), TextPooling.MEAN, new LabelHead());
    }

    /** Takes a step for each gradient and returns the last norm. */
    private double run(TrainingOptions options, float[]... gradients) {
        double norm = Double.NaN;
        try (AdamW optimizer = new AdamW(manager, tensors, start, plan(options))) {
            for (float[] gradient : gradients) {
                norm = step(optimizer, gradient);
            }
        }
        return norm;
    }

    private double step(AdamW optimizer, float[] gradient) {
        try (NDManager scope = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE)) {
            TrainableTensors leaves = tensors.leaves(scope);
            TorchRuntime.withGradients(() -> {
                NDArray adapter = scope.create(new float[] {gradient[0], gradient[1]});
                NDArray head = scope.create(new float[] {gradient[2], gradient[3]}, new Shape(1, 2));
                NDArray loss = leaves.adapter()
                        .get("a")
                        .mul(adapter)
                        .sum()
                        .add(leaves.head().get("h").mul(head).sum());
                Autograd.backward(loss);
                return null;
            });
            return optimizer.step(scope, leaves.gradients(), new TrainingPlan.Rates(ADAPTER_RATE, HEAD_RATE));
        }
    }

    private double[] values() {
        float[] adapter = tensors.values().method().get("a").values();
        float[] head = tensors.values().head().get("h").values();
        return new double[] {adapter[0], adapter[1], head[0], head[1]};
    }

    private static double[] expected(double weightDecay, double clipNorm, float[]... gradients) {
        double[] values = new double[4];
        double[] first = new double[4];
        double[] second = new double[4];
        for (int i = 0; i < 4; i++) {
            values[i] = START[i];
        }
        for (int t = 1; t <= gradients.length; t++) {
            double scale = clipNorm == 0 ? 1 : Math.min(1, clipNorm / (norm(gradients[t - 1]) + 1e-6));
            for (int i = 0; i < 4; i++) {
                double rate = i < 2 ? ADAPTER_RATE : HEAD_RATE;
                double gradient = scale * gradients[t - 1][i];
                first[i] = 0.9 * first[i] + 0.1 * gradient;
                second[i] = 0.999 * second[i] + 0.001 * gradient * gradient;
                double mean = first[i] / (1 - Math.pow(0.9, t));
                double deviation = Math.sqrt(second[i] / (1 - Math.pow(0.999, t)));
                values[i] -= rate * weightDecay * values[i] + rate * mean / (deviation + 1e-8);
            }
        }
        return values;
    }

    private static double norm(float[] gradient) {
        double squares = 0;
        for (float value : gradient) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void stepsFollowTheFormula() {
        run(options(0, 0), GRADIENTS);
        assertThat(values()).containsExactly(expected(0, 0, GRADIENTS), within(1e-5));
    }

    @Test
    void weightDecayIsDecoupled() {
        run(options(0.3, 0), GRADIENTS);
        assertThat(values()).containsExactly(expected(0.3, 0, GRADIENTS), within(1e-5));
    }

    @Test
    void clippingScalesAllGradientsByTheirCommonNorm() {
        run(options(0.3, 1), GRADIENTS);
        assertThat(values()).containsExactly(expected(0.3, 1, GRADIENTS), within(1e-5));
        assertThat(expected(0.3, 1, GRADIENTS)[0]).isNotCloseTo(expected(0.3, 0, GRADIENTS)[0], within(1e-3));
    }

    @Test
    void clippingBoundsTheFirstStep() {
        float[] calm = {0.1f, 0.1f, 0.1f, 0.1f};
        float[] wild = {1e6f, -1e6f, 1e6f, -1e6f};
        run(options(0, 0.2), calm, wild, calm);
        double[] clipped = values();
        assertThat(clipped).containsExactly(expected(0, 0.2, calm, wild, calm), within(1e-5));
        // a step of clipped gradients, all of about the same size, is at most the learning rate
        assertThat(Math.abs(clipped[0] - START[0])).isLessThan(3 * ADAPTER_RATE * (1 + 1e-6));
    }

    @Test
    void normIsComputedBeforeClipping() {
        assertThat(run(options(0, 1), new float[] {3f, 0f, 0f, 4f})).isCloseTo(5, within(1e-6));
    }

    @Test
    void gradientsAreClearedAfterAStep() {
        assertThat(run(options(0, 0), new float[] {3f, 0f, 0f, 4f}, new float[] {0f, 0f, 2f, 0f}))
                .isCloseTo(2, within(1e-6));
    }

    @Test
    void gradientOfNanChangesNoTensor() {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThat(run(options(0.3, 1), new float[] {1f, odd, 1f, 1f})).isNotFinite();
            assertThat(values()).containsExactly(START[0], START[1], START[2], START[3]);
        }
    }
}
