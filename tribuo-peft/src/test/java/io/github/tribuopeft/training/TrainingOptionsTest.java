package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {

    private static final Offset<Double> EXACT = within(1e-12);

    private static double[] factors(double warmup, LearningRateDecay decay, int steps) {
        TrainingOptions options =
                TrainingOptions.builder().warmup(warmup).decay(decay).build();
        return IntStream.range(0, steps)
                .mapToDouble(step -> options.learningRateMultiplier(step, steps))
                .toArray();
    }

    @Test
    void warmUpRisesToTheFullRate() {
        assertThat(factors(0.4, LearningRateDecay.CONSTANT, 10))
                .containsExactly(new double[] {.25, .5, .75, 1, 1, 1, 1, 1, 1, 1}, EXACT);
    }

    @Test
    void warmUpRoundsUpToWholeSteps() {
        assertThat(factors(0.11, LearningRateDecay.CONSTANT, 10))
                .containsExactly(new double[] {.5, 1, 1, 1, 1, 1, 1, 1, 1, 1}, EXACT);
    }

    @Test
    void linearFallsInEqualSteps() {
        assertThat(factors(0, LearningRateDecay.LINEAR, 4)).containsExactly(new double[] {1, .75, .5, .25}, EXACT);
        assertThat(factors(0.5, LearningRateDecay.LINEAR, 8))
                .containsExactly(new double[] {.25, .5, .75, 1, 1, .75, .5, .25}, EXACT);
    }

    @Test
    void cosineFallsAlongHalfAPeriod() {
        double slope = Math.sqrt(0.5) / 2;
        assertThat(factors(0, LearningRateDecay.COSINE, 4))
                .containsExactly(new double[] {1, .5 + slope, .5, .5 - slope}, EXACT);
    }

    @Test
    void decayEndsAtZeroOrConstant() {
        assertThat(LearningRateDecay.CONSTANT.factor(1)).isEqualTo(1);
        assertThat(LearningRateDecay.LINEAR.factor(1)).isZero();
        assertThat(LearningRateDecay.COSINE.factor(1)).isCloseTo(0, EXACT);
    }

    @Test
    void singleStepHasTheFullRate() {
        for (LearningRateDecay decay : LearningRateDecay.values()) {
            assertThat(factors(0.06, decay, 1)).containsExactly(1);
            assertThat(factors(0, decay, 1)).containsExactly(1);
        }
    }

    @Test
    void stepsOfAnEpochRoundUpTwice() {
        TrainingOptions options =
                TrainingOptions.builder().batchSize(8).accumulation(3).build();
        assertThat(options.stepsPerEpoch(1)).isEqualTo(1);
        assertThat(options.stepsPerEpoch(24)).isEqualTo(1);
        assertThat(options.stepsPerEpoch(25)).isEqualTo(2);
        assertThat(options.stepsPerEpoch(48)).isEqualTo(2);
        assertThat(options.stepsPerEpoch(49)).isEqualTo(3);
    }

    @Test
    void learningRateOfZeroIsTheDefaultOfTheMethod() {
        assertThat(new TrainingOptions().learningRate(0.3)).isEqualTo(0.3);
        assertThat(TrainingOptions.builder().learningRate(0.1).build().learningRate(0.3))
                .isEqualTo(0.1);
    }

    @Test
    void batchesLargerThanAnyDataset() {
        TrainingOptions options =
                TrainingOptions.builder().batchSize(Integer.MAX_VALUE).build();
        assertThat(options.stepsPerEpoch(7)).isEqualTo(1);
    }
}
