package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FriedmanTest {

    private static final double[][] ORDERS = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};

    /**
     * Demšar 2006, table 6 and section 3.2.2: ranks 3.143, 2.000, 2.893, 1.964; chi-square 9.28; F 3.69; CD 1.25, and
     * 1.12 at 0.10.
     */
    @Test
    void demsar() {
        Friedman friedman = Friedman.of(Demsar2006.AUC, 0.05);
        double[] printed = {3.143, 2.000, 2.893, 1.964};
        for (int i = 0; i < 4; i++) {
            assertThat(friedman.averageRanks().get(i)).isCloseTo(printed[i], within(5e-4));
        }
        assertThat(friedman.chiSquare().statistic()).isCloseTo(9.28, within(5e-3));
        assertThat(friedman.chiSquare().n()).isEqualTo(14);
        assertThat(friedman.imanDavenport().statistic()).isCloseTo(3.69, within(5e-3));
        assertThat(friedman.criticalDifference()).isCloseTo(1.25, within(5e-3));
        assertThat(Friedman.of(Demsar2006.AUC, 0.10).criticalDifference()).isCloseTo(1.12, within(5e-3));
        // scipy 1.17: chi2.sf(9.278571428571437, 3), f.sf(3.686313032089068, 3, 39)
        assertThat(friedman.chiSquare().pValue()).isCloseTo(0.025807, within(5e-7));
        assertThat(friedman.imanDavenport().pValue()).isCloseTo(0.019823, within(5e-7));
    }

    /** Same section: at 0.10, only C4.5 (0) differs from C4.5+m (1) and from C4.5+m+cf (3). */
    @Test
    void demsarPairs() {
        Friedman friedman = Friedman.of(Demsar2006.AUC, 0.10);
        assertThat(friedman.differ(0, 1)).isTrue();
        assertThat(friedman.differ(3, 0)).isTrue();
        assertThat(friedman.differ(0, 2)).isFalse();
        assertThat(friedman.differ(2, 3)).isFalse();
        assertThat(Friedman.of(Demsar2006.AUC, 0.05).differ(0, 3)).isFalse();
    }

    /**
     * Demšar 2006, table 5 (a): critical values of Nemenyi's test for 2 to 10 classifiers, ranges divided by the root
     * of 2.
     */
    @ParameterizedTest
    @CsvSource({
        "2, 1.960, 1.645",
        "3, 2.343, 2.052",
        "4, 2.569, 2.291",
        "5, 2.728, 2.459",
        "6, 2.850, 2.589",
        "7, 2.949, 2.693",
        "8, 3.031, 2.780",
        "9, 3.102, 2.855",
        "10, 3.164, 2.920"
    })
    void nemenyisTable(int k, double at05, double at10) {
        // the last digit of some printed values is off by one, such as 2.949 for 2.9483
        assertThat(new StudentizedRange(k).critical(0.05) / Math.sqrt(2)).isCloseTo(at05, within(1e-3));
        assertThat(new StudentizedRange(k).critical(0.10) / Math.sqrt(2)).isCloseTo(at10, within(1e-3));
    }

    /** scipy 1.17: studentized_range.ppf(0.99, k, inf). */
    @ParameterizedTest
    @CsvSource({"2, 3.642772735", "5, 4.602821042", "10, 5.156634960"})
    void studentizedRange(int k, double at01) {
        assertThat(new StudentizedRange(k).critical(0.01)).isCloseTo(at01, within(1e-8));
    }

    /** P-values against the exact distribution over all tables of ranks of 3 systems on 4 datasets. */
    @Test
    void againstEveryTable() {
        double[][] scores = {{3, 2, 1}, {3, 1, 2}, {3, 2, 1}, {2, 3, 1}};
        double observed = Friedman.of(scores, 0.05).chiSquare().statistic();
        // by hand: sums of ranks 5, 8, 11, so 12 / (4 * 3 * 4) * (25 + 64 + 121) - 3 * 4 * 4
        assertThat(observed).isCloseTo(4.5, within(1e-12));
        int extreme = 0;
        int sameOrder = 0;
        for (int table = 0; table < 1296; table++) {
            double[][] ranks = {ORDERS[table % 6], ORDERS[table / 6 % 6], ORDERS[table / 36 % 6], ORDERS[table / 216]};
            Friedman friedman = Friedman.of(ranks, 0.05);
            extreme += friedman.chiSquare().statistic() >= observed - 1e-9 ? 1 : 0;
            if (Double.isInfinite(friedman.imanDavenport().statistic())) {
                sameOrder++;
                assertThat(friedman.imanDavenport().pValue()).isCloseTo(6 / 1296.0, within(1e-15));
            }
        }
        assertThat(sameOrder).isEqualTo(6);
        // tables of the exact distribution, such as Siegel 1956, table N: p = 0.125 for k = 3, N = 4, chi-square 4.5
        assertThat(extreme / 1296.0).isCloseTo(0.125, within(5e-4));
        assertThat(Friedman.of(scores, 0.05).chiSquare().pValue()).isCloseTo(0.125, within(0.025));
    }

    /** With random scores, each test rejects in 5 % of cases. */
    @Test
    void falsePositives() {
        SplittableRandom random = new SplittableRandom(11);
        int chiSquare = 0;
        int f = 0;
        int pairs = 0;
        for (int trial = 0; trial < 2000; trial++) {
            double[][] scores = new double[15][];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = random.doubles(4).toArray();
            }
            Friedman friedman = Friedman.of(scores, 0.05);
            chiSquare += friedman.chiSquare().pValue() < 0.05 ? 1 : 0;
            f += friedman.imanDavenport().pValue() < 0.05 ? 1 : 0;
            double best = friedman.averageRanks().stream().min(Double::compare).orElseThrow();
            double worst = friedman.averageRanks().stream().max(Double::compare).orElseThrow();
            pairs += worst - best >= friedman.criticalDifference() ? 1 : 0;
        }
        // the standard deviation is 10 of 2000
        assertThat(chiSquare).isBetween(65, 125);
        assertThat(f).isBetween(75, 135);
        assertThat(pairs).isBetween(60, 125);
    }

    @Test
    void nothingDiffers() {
        Friedman friedman = Friedman.of(new double[5][3], 0.05);
        assertThat(friedman.averageRanks()).isEqualTo(List.of(2.0, 2.0, 2.0));
        assertThat(friedman.chiSquare().pValue()).isEqualTo(1);
        assertThat(friedman.imanDavenport().statistic()).isZero();
        assertThat(friedman.imanDavenport().pValue()).isEqualTo(1);
        assertThat(friedman.differ(0, 1)).isFalse();
    }

    /**
     * One of two systems is better on all four datasets, in 2 of 16 cases. The chi-square distribution alone gives
     * 0.0455.
     */
    @Test
    void pValueIsAtLeastTheExactMinimum() {
        Friedman friedman = Friedman.of(new double[][] {{2, 1}, {2, 1}, {2, 1}, {2, 1}}, 0.05);
        assertThat(friedman.chiSquare().statistic()).isCloseTo(4, within(1e-12));
        assertThat(friedman.chiSquare().pValue()).isCloseTo(0.125, within(1e-15));
        assertThat(friedman.imanDavenport().pValue()).isCloseTo(0.125, within(1e-15));
        assertThat(friedman.chiSquare().caution()).contains("No result");
    }

    @Test
    void cautions() {
        assertThat(Friedman.of(new double[2][3], 0.05).chiSquare().caution())
                .contains("No result can reach p < 0.05 with 2 datasets and 3 systems");
        assertThat(Friedman.of(new double[3][3], 0.05).chiSquare().caution())
                .contains("which systems differ", "approximate");
        assertThat(Friedman.of(new double[10][6], 0.05).chiSquare().caution()).contains("approximate");
        assertThat(Friedman.of(new double[11][5], 0.05).chiSquare().caution()).contains("approximate");
        assertThat(Friedman.of(new double[11][6], 0.05).imanDavenport().caution())
                .contains("which systems differ")
                .doesNotContain("approximate");
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatThrownBy(() -> Friedman.of(new double[0][0], 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Scores must contain at least one row, but are empty");
        assertThatThrownBy(() -> Friedman.of(new double[][] {{1, 2}, {1, 2, 3}}, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Scores, rows 0 and 1, must have equal lengths, but have 2 and 3");
        assertThatThrownBy(() -> Friedman.of(new double[][] {{1, 2}, {1, Double.NaN}}, 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Scores, row 1, must be finite, but value 1 is NaN");
        assertThatThrownBy(() -> Friedman.of(new double[1][3], 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2 datasets, but there is 1");
        assertThatThrownBy(() -> Friedman.of(new double[3][1], 0.05))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2 systems, but there is 1");
        assertThatThrownBy(() -> Friedman.of(new double[3][3], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in (0, 1), but is 1.0");
    }
}
