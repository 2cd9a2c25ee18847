package io.github.tribuopeft.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilcoxonSignedRankTest {

    /**
     * Demšar 2006, table 2: the sums of ranks are 93 and 12, and 12 is significant, as the critical value for 14
     * datasets is 21.
     */
    @Test
    void demsar() {
        TestResult result = WilcoxonSignedRank.test(Demsar2006.column(0), Demsar2006.column(1));
        assertThat(result.test()).isEqualTo("Wilcoxon signed-rank test, exact");
        assertThat(result.n()).isEqualTo(14);
        assertThat(result.statistic()).isEqualTo(12);
        // 32 of all 4096 signs of the 12 differences are at least as extreme, by an independent count
        assertThat(result.pValue()).isCloseTo(32 / 4096.0, within(1e-15));
        assertThat(WilcoxonSignedRank.test(Demsar2006.column(1), Demsar2006.column(0)))
                .isEqualTo(result);
    }

    /** Documentation of scipy.stats.wilcoxon, Darwin's maize: statistic 24.0, p = 0.041259765625. */
    @Test
    void maize() {
        double[] differences = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};
        TestResult result = WilcoxonSignedRank.test(differences, new double[15]);
        assertThat(result.statistic()).isEqualTo(24);
        assertThat(result.pValue()).isCloseTo(0.041259765625, within(1e-15));
    }

    /**
     * Two-sided critical values at 0.05 of exact tables (McCornack 1965, JASA 60; that for 14 pairs is also in Demšar
     * 2006): T is significant, and T + 1 is not.
     */
    @ParameterizedTest
    @CsvSource({"6, 0", "7, 2", "8, 3", "10, 8", "12, 13", "14, 21", "16, 29", "20, 52", "25, 89", "30, 137"})
    void criticalValues(int n, int critical) {
        assertThat(withSum(n, critical).statistic()).isEqualTo(critical);
        assertThat(withSum(n, critical).pValue()).isLessThanOrEqualTo(0.05);
        assertThat(withSum(n, critical + 1).pValue()).isGreaterThan(0.05);
    }

    /** Tests the differences 1 to n with negative signs for ranks that add up to {@code sum}. */
    private static TestResult withSum(int n, int sum) {
        double[] first = new double[n];
        int left = sum;
        for (int rank = n; rank >= 1; rank--) {
            boolean negative = rank <= left;
            left -= negative ? rank : 0;
            first[rank - 1] = negative ? -rank : rank;
        }
        return WilcoxonSignedRank.test(first, new double[n]);
    }

    /** Agrees with an enumeration of all signs, with ties and differences of zero. */
    @Test
    void agreesWithEnumeration() {
        SplittableRandom random = new SplittableRandom(5);
        for (int trial = 0; trial < 200; trial++) {
            double[] differences = IntStream.range(0, 2 + trial % 9)
                    .mapToDouble(i -> random.nextInt(-4, 5) / 10.0)
                    .toArray();
            TestResult result = WilcoxonSignedRank.test(differences, new double[differences.length]);
            long zeros = IntStream.range(0, differences.length)
                    .filter(i -> differences[i] == 0)
                    .count();
            // ranks of differences that are not zero, after the zeros that count
            double[] sizes = IntStream.range(0, differences.length)
                    .filter(i -> differences[i] != 0)
                    .mapToDouble(i -> differences[i])
                    .toArray();
            double[] ranks = new double[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                for (int j = 0; j < sizes.length; j++) {
                    int order = Double.compare(Math.abs(sizes[j]), Math.abs(sizes[i]));
                    ranks[i] += order < 0 ? 1 : order == 0 ? 0.5 : 0;
                }
                ranks[i] += 0.5 + zeros / 2 * 2;
            }
            double observed = 0;
            for (int i = 0; i < sizes.length; i++) {
                observed += Math.signum(sizes[i]) * ranks[i];
            }
            int extreme = 0;
            for (int signs = 0; signs < 1 << sizes.length; signs++) {
                double sum = 0;
                for (int i = 0; i < sizes.length; i++) {
                    sum += (signs >> i & 1) == 0 ? ranks[i] : -ranks[i];
                }
                extreme += Math.abs(sum) >= Math.abs(observed) ? 1 : 0;
            }
            assertThat(result.pValue()).isCloseTo(extreme / (double) (1 << sizes.length), within(1e-12));
        }
    }

    /** The exact test with 50 pairs and the normal approximation with 51 pairs give similar p-values. */
    @Test
    void normalApproximationContinuesTheExactTest() {
        for (int share : new int[] {20, 25, 30, 40}) {
            TestResult exact = withSum(50, 50 * 51 / 2 * share / 100);
            TestResult normal = withSum(51, 51 * 52 / 2 * share / 100);
            assertThat(exact.test()).contains("exact");
            assertThat(normal.test()).contains("normal approximation");
            assertThat(normal.pValue()).isCloseTo(exact.pValue(), within(0.1 * exact.pValue() + 2e-4));
        }
    }

    /**
     * Manual calculation: 60 differences of 1, 20 of them negative, have mean rank 30.5, so z = -20 * 30.5 / (30.5 *
     * sqrt(60)) = -2.58199, p = 0.009823.
     */
    @Test
    void normalApproximationWithTies() {
        double[] first =
                IntStream.range(0, 60).mapToDouble(i -> i < 20 ? -1 : 1).toArray();
        TestResult result = WilcoxonSignedRank.test(first, new double[60]);
        assertThat(result.statistic()).isEqualTo(20 * 30.5);
        assertThat(result.pValue()).isCloseTo(0.009823, within(5e-7));
        assertThat(WilcoxonSignedRank.test(new double[60], new double[60]).pValue())
                .isEqualTo(1);
    }

    @Test
    void roundingErrorsAreIgnored() {
        // 0.1 + 0.2 is not 0.3 in binary
        double[] first = {0.1 + 0.2, 0.768, 0.931};
        double[] second = {0.3, 0.763, 0.936};
        TestResult result = WilcoxonSignedRank.test(first, second);
        assertThat(result.statistic()).isEqualTo(1.5);
        assertThat(result.pValue()).isEqualTo(1);
    }

    @Test
    void fiveSeedsCannotBeSignificant() {
        double[] better = {0.9, 0.91, 0.92, 0.93, 0.94, 0.95};
        double[] worse = {0.1, 0.12, 0.13, 0.14, 0.15, 0.16};
        double[] five = Arrays.copyOf(better, 5);
        TestResult result = WilcoxonSignedRank.test(five, Arrays.copyOf(worse, 5));
        assertThat(result.statistic()).isZero();
        assertThat(result.pValue()).isEqualTo(0.0625);
        assertThat(result.caution()).contains("No result can reach p < 0.05", "n = 5", "0.0625");
        assertThat(WilcoxonSignedRank.test(better, worse).pValue()).isEqualTo(0.03125);
        assertThat(WilcoxonSignedRank.test(better, worse).caution()).doesNotContain("No result");
    }

    @Test
    void nothingDiffers() {
        for (int n = 1; n <= 4; n++) {
            TestResult result = WilcoxonSignedRank.test(new double[n], new double[n]);
            assertThat(result.pValue()).isEqualTo(1);
            assertThat(result.n()).isEqualTo(n);
            assertThat(result.caution()).contains("n = 0");
        }
    }

    @Test
    void rejectsInvalidArguments() {
        assertThatThrownBy(() -> WilcoxonSignedRank.test(new double[5], new double[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Scores of the two systems must have equal lengths, but have 5 and 4");
        assertThatThrownBy(() -> WilcoxonSignedRank.test(new double[0], new double[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> WilcoxonSignedRank.test(new double[1], new double[] {Double.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Scores of the second system must be finite, but value 0 is NaN");
    }
}
