package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class McNemarTest {

    /** Agresti 1990, Categorical Data Analysis, p. 350, in R's mcnemar.test: 16.818, p = 4.115e-05. */
    @Test
    void agresti() {
        TestResult result = McNemar.test(150, 86);
        assertThat(result.test()).isEqualTo("McNemar's test, chi-square with continuity correction");
        assertThat(result.n()).isEqualTo(236);
        assertThat(result.statistic()).isCloseTo(16.818, within(5e-4));
        assertThat(result.pValue()).isCloseTo(4.115e-05, within(5e-9));
    }

    /** Documentation of mlxtend, evaluate.mcnemar, scenario B (25 and 15): 2.025, p = 0.154728923485. */
    @Test
    void chiSquare() {
        TestResult result = McNemar.test(25, 15);
        assertThat(result.statistic()).isCloseTo(2.025, within(1e-12));
        assertThat(result.pValue()).isCloseTo(0.154728923485, within(5e-13));
    }

    /** Same documentation, scenario A (11 and 1), exact: p = 2 (1 + 12) / 2^12 = 0.00634765625. */
    @Test
    void exact() {
        TestResult result = McNemar.test(11, 1);
        assertThat(result.test()).isEqualTo("McNemar's test, exact binomial");
        assertThat(result.statistic()).isEqualTo(1);
        assertThat(result.pValue()).isCloseTo(0.00634765625, within(1e-14));
        assertThat(McNemar.test(1, 11)).isEqualTo(result);
    }

    @Test
    void exactBelow25() {
        assertThat(McNemar.test(12, 12).test()).contains("exact");
        assertThat(McNemar.test(12, 12).pValue()).isEqualTo(1);
        assertThat(McNemar.test(12, 13).test()).contains("chi-square");
        assertThat(McNemar.test(12, 13).pValue()).isEqualTo(1);
        assertThat(McNemar.test(13, 13).statistic()).isZero();
    }

    @Test
    void countsPredictions() {
        boolean[] first = {true, true, false, true, false, true};
        boolean[] second = {true, false, true, false, false, false};
        assertThat(McNemar.test(first, second)).isEqualTo(McNemar.test(3, 1));
    }

    @Test
    void warnsIfNoResultCanBeSignificant() {
        assertThat(McNemar.test(5, 0).pValue()).isEqualTo(0.0625);
        assertThat(McNemar.test(5, 0).caution()).contains("n = 5", "0.0625", "No result can reach p < 0.05");
        assertThat(McNemar.test(6, 0).pValue()).isEqualTo(0.03125);
        assertThat(McNemar.test(6, 0).caution()).contains("retraining");
        assertThat(McNemar.test(0, 0).pValue()).isEqualTo(1);
        assertThat(McNemar.test(0, 0).caution()).contains("n = 0");
    }

    @Test
    void tinyPValuesAreNotZero() {
        assertThat(McNemar.test(500, 0).pValue()).isBetween(1e-115, 1e-105);
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatThrownBy(() -> McNemar.test(new boolean[2], new boolean[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Predictions of the two classifiers must have equal lengths, but have 2 and 3");
        assertThatThrownBy(() -> McNemar.test(new boolean[0], new boolean[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one item");
        assertThatThrownBy(() -> McNemar.test(3, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one is -1");
    }
}
