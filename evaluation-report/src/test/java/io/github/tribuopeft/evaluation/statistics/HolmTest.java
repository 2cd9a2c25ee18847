package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HolmTest {

    /**
     * The example of the encyclopedia article "Holm-Bonferroni method": H1 and H4 are rejected at 0.05, H2 and H3 are
     * not.
     */
    @Test
    void textbook() {
        double[] corrected = Holm.correct(0.01, 0.04, 0.03, 0.005);
        assertThat(corrected).containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
    }

    /** Demšar 2006, section 3.2.2: p of 0.016 and 0.019 are significant at 0.05 / 3 and 0.05 / 2; p of 0.607 is not. */
    @Test
    void demsar() {
        double[] corrected = Holm.correct(0.019, 0.607, 0.016);
        assertThat(corrected).containsExactly(new double[] {0.048, 0.607, 0.048}, within(1e-15));
    }

    @Test
    void correctedValuesAreProbabilities() {
        assertThat(Holm.correct(0.5, 1, 0.5)).containsExactly(1, 1, 1);
        assertThat(Holm.correct(0.2)).containsExactly(0.2);
    }

    /** Corrected p-values reject the same tests as the step-down procedure of Holm's paper. */
    @Test
    void agreesWithStepDownProcedure() {
        SplittableRandom random = new SplittableRandom(3);
        int rejected = 0;
        for (int trial = 0; trial < 1000; trial++) {
            double[] pValues = random.doubles(6).map(u -> u * u * u).toArray();
            double[] sorted = pValues.clone();
            Arrays.sort(sorted);
            int passed = 0;
            while (passed < 6 && sorted[passed] <= 0.05 / (6 - passed)) {
                passed++;
            }
            long corrected =
                    Arrays.stream(Holm.correct(pValues)).filter(p -> p <= 0.05).count();
            assertThat(corrected).isEqualTo(passed);
            rejected += passed;
        }
        assertThat(rejected).isBetween(500, 5500);
    }

    @Test
    void results() {
        TestResult sure = McNemar.test(0, 12);
        TestResult unsure = McNemar.test(25, 15);
        List<TestResult> corrected = Holm.correct(List.of(unsure, sure));
        assertThat(corrected.get(0).pValue()).isEqualTo(unsure.pValue());
        assertThat(corrected.get(1).pValue()).isEqualTo(2 * sure.pValue());
        assertThat(corrected.get(1).test()).isEqualTo("McNemar's test, exact binomial, Holm's correction for 2 tests");
        assertThat(corrected.get(1))
                .usingRecursiveComparison()
                .ignoringFields("test", "pValue")
                .isEqualTo(sure);
    }

    @Test
    void rejectsInvalidArguments() {
        Stream.of(1.5, -0.1).forEach(wrong -> assertThatThrownBy(() -> Holm.correct(0.1, wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("P-values must be in [0, 1], but one is " + wrong));
        assertThatThrownBy(() -> Holm.correct(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Holm.correct(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }
}
