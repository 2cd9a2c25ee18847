package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class PermutationTest {

    private static final ToDoubleFunction<double[]> MEAN = totals -> totals[0] / totals[1];

    /** Returns rows [correct, 1]. */
    private static double[][] rows(int correct, int wrong) {
        double[][] rows = new double[correct + wrong][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {i < correct ? 1 : 0, 1};
        }
        return rows;
    }

    /** For one prediction per item, the test is the exact binomial test of the items on which the systems differ. */
    @Test
    void agreesWithTheExactBinomialTest() {
        double[][] first = rows(60, 40);
        double[][] second = rows(50, 50);
        second[70][0] = 1;
        second[71][0] = 1;
        // ten items are correct only in the first system, two only in the second: McNemar's exact test
        double exact = McNemar.test(10, 2).pValue();
        TestResult result = new Permutation(200_000, 7).test(first, second, MEAN);
        assertThat(result.pValue()).isCloseTo(exact, within(0.002));
        assertThat(result.statistic()).isCloseTo(0.08, within(1e-12));
        assertThat(result.n()).isEqualTo(100);
    }

    @Test
    void equalSystemsDoNotDiffer() {
        assertThat(new Permutation(1).test(rows(6, 4), rows(6, 4), MEAN).pValue())
                .isEqualTo(1);
    }

    /** Under the null hypothesis, p-values are uniform: about a tenth are below 0.1. */
    @Test
    void levelIsHeld() {
        SplittableRandom random = new SplittableRandom(3);
        int rejected = 0;
        for (int run = 0; run < 300; run++) {
            double[][] first = new double[80][];
            double[][] second = new double[80][];
            for (int i = 0; i < first.length; i++) {
                first[i] = new double[] {random.nextDouble(), 1};
                second[i] = new double[] {random.nextDouble(), 1};
            }
            rejected += new Permutation(500, run).test(first, second, MEAN).pValue() <= 0.1 ? 1 : 0;
        }
        assertThat(rejected).isBetween(15, 48);
    }

    @Test
    void invalidArguments() {
        assertThatThrownBy(() -> new Permutation(99, 1)).hasMessageContaining("99");
        assertThatThrownBy(() -> new Permutation(1).test(rows(1, 1), rows(1, 2), MEAN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
