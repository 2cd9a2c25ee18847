package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpreadTest {

    /** Manual calculation: mean 5, sum of squares 9+1+1+1+0+0+4+16 = 32, variance 32 / 7. */
    @Test
    void agreesWithManualCalculation() {
        Spread spread = Spread.of(2, 4, 4, 4, 5, 5, 7, 9);
        assertThat(spread.n()).isEqualTo(8);
        assertThat(spread.mean()).isEqualTo(5);
        assertThat(spread.deviation()).isCloseTo(Math.sqrt(32 / 7.0), within(1e-15));
        assertThat(spread.min()).isEqualTo(2);
        assertThat(spread.max()).isEqualTo(9);
    }

    @Test
    void oneValueHasNoDeviation() {
        Spread spread = Spread.of(0.8);
        assertThat(spread).isEqualTo(new Spread(1, 0.8, Double.NaN, 0.8, 0.8));
        assertThat(spread.caution()).contains("One seed");
        assertThat(Spread.of(0.8, 0.8).caution()).isNotEqualTo(spread.caution());
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatThrownBy(Spread::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Values must contain at least one value, but are empty");
        assertThatThrownBy(() -> Spread.of(1, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Values must be finite, but value 1 is NaN");
    }
}
