package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignificanceTest {

    /** Each pair has one row, whose difference is that of the means in the tables. */
    @Test
    void onePerPairAndConsistentWithTheTables() {
        ComparisonResult result = Comparisons.spans(Comparisons.SEVEN, 150, 3, List.of(400));
        Leaderboard leaderboard = Leaderboard.of(result);
        Significance significance = Significance.of(result);
        assertThat(significance.rows()).hasSize(7 * 6 / 2);
        Set<Set<String>> pairs = new HashSet<>();
        for (SignificanceRow row : significance.rows()) {
            assertThat(pairs.add(Set.of(row.better(), row.worse()))).isTrue();
            double better = mean(leaderboard, row.better());
            assertThat(row.difference())
                    .isCloseTo(better - mean(leaderboard, row.worse()), within(1e-12))
                    .isNotNegative()
                    .isBetween(row.low(), row.high());
            assertThat(row.holm()).isBetween(row.p(), 1.0);
            if (row.p() < 0.01) {
                assertThat(row.low()).as(row.toString()).isPositive();
            }
            if (row.p() > 0.2) {
                assertThat(row.low()).as(row.toString()).isNegative();
            }
        }
        assertThat(significance.rows()).anyMatch(SignificanceRow::significant).anyMatch(row -> !row.significant());
        assertThat(significance.footnote()).contains("150 test items", "21 pairs", "Holm");
    }

    private static double mean(Leaderboard leaderboard, String name) {
        return leaderboard.all().stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow()
                .headline()
                .mean();
    }

    /** Errors are better if they are smaller. */
    @Test
    void smallerErrorsAreBetter() {
        ComparisonResult result = Comparisons.numbers(Comparisons.SEVEN, 100, 2, List.of(400));
        SignificanceRow row = Significance.of(result).rows().stream()
                .filter(each -> each.isAbout("fine-tuning") && each.isAbout("head only"))
                .findFirst()
                .orElseThrow();
        assertThat(row.better()).isEqualTo("fine-tuning");
        assertThat(row.difference()).isNegative();
        assertThat(Leaderboard.of(result).ranked().get(6).name()).isEqualTo("head only");
    }

    @Test
    void oneCandidateHasNoTests() {
        ComparisonResult result = Comparisons.labels(Comparisons.SEVEN.subList(0, 1), 3, 20, 2, List.of(400));
        assertThat(Significance.of(result)).isEqualTo(Significance.NONE);
    }
}
