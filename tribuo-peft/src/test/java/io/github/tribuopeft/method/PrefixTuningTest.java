package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTuningTest {

    @Test
    void ratioAppliesToKeysOnly() {
        PrefixTuning method = PrefixTuning.builder().keyLearningRateRatio(0.25).build();
        assertThat(method.learningRateMultiplier("prefix.3.key")).isEqualTo(0.25);
        assertThat(method.learningRateMultiplier("prefix.3.value")).isEqualTo(1.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void ratioMustBePositiveAndFinite(double ratio) {
        PrefixTuning.Builder builder = PrefixTuning.builder().keyLearningRateRatio(ratio);
        assertThatThrownBy(builder::build)
                .isInstanceOf(PropertyException.class)
                .hasMessageContaining("must be above 0 and finite, but is " + ratio);
    }

    @Test
    void mlpHasNoKeysToTrainSlower() {
        PrefixTuning.Builder builder = PrefixTuning.builder()
                .reparameterization(new PrefixReparameterization())
                .keyLearningRateRatio(0.5);
        assertThatThrownBy(builder::build)
                .isInstanceOf(PropertyException.class)
                .hasMessageContaining("must be 1, but is 0.5");
    }
}
