package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.LabelScoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final int ITEMS = 100;

    private final List<Cell> cells = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();

    private static final String BASIS =
            "; n\u00a0=\u00a0100 test items, mean\u00a0±\u00a0standard deviation of 2 seeds.";

    @Test
    void clearWinner() {
        candidate("prefix", "soft prompt", 10_000, 85, 87);
        candidate("tuned", "weights", 1_000_000, 90, 94);

        assertThat(summary(row("tuned", "prefix", 0.06, 0.01)))
                .containsExactly(
                        "tuned is best: 92.0\u00a0±\u00a02.8\u00a0% accuracy, significantly better than prefix (86.0\u00a0±\u00a01.4\u00a0%)"
                                + BASIS,
                        "The best soft prompt, prefix, is significantly worse than the best other candidate, tuned: by"
                                + " 6.0\u00a0points.",
                        "Its F1 is furthest below that of tuned on yes (6.1\u00a0points) and no (5.9\u00a0points).");
    }

    @Test
    void noClearWinner() {
        candidate("prefix", "soft prompt", 10_000, 85, 87);
        candidate("lora", "weights", 50_000, 90, 92);
        candidate("tuned", "weights", 1_000_000, 90, 94);

        List<String> summary = summary(row("tuned", "lora", 0.01, 0.4), row("tuned", "prefix", 0.06, 0.01));
        assertThat(summary)
                .startsWith(
                        "No clear winner in accuracy among tuned (92.0\u00a0±\u00a02.8\u00a0%) and lora (91.0\u00a0±\u00a01.4\u00a0%)"
                                + BASIS,
                        "tuned, which has the best mean of them, is significantly better than prefix (86.0\u00a0±\u00a01.4\u00a0%).",
                        "Of the candidates without a clear difference from tuned, lora trains the fewest parameters:"
                                + " 50,000 instead of 1,000,000.");
        assertThat(String.join(" ", summary)).doesNotContain(" is best");
    }

    /** One seed in which the other candidate is better outweighs a small p-value. */
    @Test
    void noWinnerIfTheOrderDependsOnTheSeed() {
        candidate("a", "weights", 10, 99, 60);
        candidate("b", "weights", 20, 70, 62);

        Significance significance = Significance.of(result(List.of(1000)));
        SignificanceRow row = significance.rows().get(0);
        assertThat(row.better()).isEqualTo("a");
        assertThat(row.holm()).isLessThan(SignificanceRow.LEVEL);
        assertThat(row.significant()).isFalse();
        assertThat(row.verdict()).isEqualTo("order depends on the seed");
        assertThat(Report.of(result(List.of(1000)), significance, List.of()).summary())
                .first()
                .asString()
                .startsWith("No clear winner in accuracy among a ");
    }

    @Test
    void softPromptsWithoutAClearDifference() {
        candidate("a", "soft prompt", 10, 90, 90);
        candidate("b", "weights", 20, 90, 90);

        assertThat(summary(row("a", "b", 0, 1)))
                .containsExactly(
                        "No clear winner in accuracy among a (90.0\u00a0±\u00a00.0\u00a0%) and b (90.0\u00a0±\u00a00.0\u00a0%)"
                                + BASIS,
                        "Between the best soft prompt, a, and the best other candidate, b, there is no clear"
                                + " difference.");
    }

    @Test
    void nothingIsClaimedWithoutTests() {
        candidate("a", "soft prompt", 10, 90);
        candidate("b", "weights", 20, 80);

        assertThat(summary())
                .containsExactly(
                        "a has the best accuracy, 90.0\u00a0%; n\u00a0=\u00a0100 test items, 1 seed. No significance test was run, so the order may be due to chance.");
    }

    @Test
    void candidatesWithMissingTrainingsAreNotTested() {
        candidate("a", "weights", 10, 90, 92);
        candidate("b", "weights", 20, 80, 82);
        candidate("c", "weights", 20, 85);
        List<String> summary = Report.of(result(List.of(1000)), Significance.of(result(List.of(1000))), List.of())
                .summary();
        assertThat(summary).contains("Not tested, because some training runs are missing: c (85.0\u00a0%).");
    }

    @Test
    void singleCandidateHasNoRank() {
        candidate("a", "soft prompt", 10, 90);

        assertThat(summary()).containsExactly("a reaches 90.0\u00a0% accuracy; n\u00a0=\u00a0100 test items, 1 seed.");
    }

    @Test
    void longListsOfNamesAreCounted() {
        List<SignificanceRow> rows = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            candidate("c" + i, "weights", 10, 90, 92);
            if (i > 0) {
                rows.add(row("c0", "c" + i, 0, 1));
            }
        }
        assertThat(summary(rows.toArray(SignificanceRow[]::new)).get(0))
                .contains("c3 (91.0\u00a0±\u00a01.4\u00a0%) and 5 other candidates; n");
    }

    @Test
    void paretoFront() {
        candidate("uncounted", "no backbone", -1, 99);
        candidate("none trained", "no backbone", 0, 40);
        candidate("worse than none", "head", 10, 30);
        candidate("small", "head", 20, 60);
        candidate("dominated", "weights", 30, 55);
        candidate("as good, but larger", "weights", 40, 60);
        candidate("large", "weights", 50, 80);

        TradeOff tradeOff = new TradeOff(Leaderboard.of(result(List.of(1000))));

        assertThat(tradeOff.front()).extracting(CandidateResult::name).containsExactly("small", "large");
        assertThat(tradeOff.footnote())
                .isEqualTo(" Dashed lines: candidates with no or an unknown number of trainable parameters: uncounted"
                        + " (99.0\u00a0%) and none trained (40.0\u00a0%).");
    }

    /** A baseline far below the other candidates does not make their differences invisible. */
    @Test
    void distantBaselinesAreOutsideTheTradeOff() {
        candidate("majority", "no backbone", 0, 15);
        candidate("small", "head", 20, 90);
        candidate("large", "weights", 50, 95);

        assertThat(new TradeOff(Leaderboard.of(result(List.of(1000)))).footnote())
                .isEqualTo(" Outside the chart: majority (15.0\u00a0%).");
    }

    /** Adds a candidate with a number of correct predictions in 100 for each seed. */
    private void candidate(String name, String kind, long values, int... correct) {
        candidates.add(new Candidate(name, kind, ""));
        cells(name, 1000, values, correct);
    }

    private void cells(String name, int size, long values, int... correct) {
        for (int seed = 0; seed < correct.length; seed++) {
            int count = correct[seed];
            List<List<String>> predicted = IntStream.range(0, ITEMS)
                    .mapToObj(i -> List.of(i < count == i % 2 > 0 ? "yes" : "no"))
                    .toList();
            cells.add(new Cell(
                    new Cell.Key(name, seed + 1, size),
                    "",
                    new LabelScoring().metrics(items(), predicted),
                    new Cell.Costs(values, values, -1, Double.NaN, Double.NaN, -1),
                    List.of(),
                    predicted));
        }
    }

    private List<String> summary(SignificanceRow... rows) {
        return Report.of(result(List.of(1000)), new Significance(List.of(rows), ""), List.of())
                .summary();
    }

    private ComparisonResult result(List<Integer> sizes) {
        long seeds = cells.stream().mapToLong(cell -> cell.key().seed()).max().orElse(0);
        return new ComparisonResult(
                "",
                new LabelScoring(),
                candidates,
                LongStream.rangeClosed(1, seeds).boxed().toList(),
                sizes,
                items(),
                Collections.unmodifiableList(cells),
                Map.of());
    }

    private static List<TestItem> items() {
        return IntStream.range(0, ITEMS)
                .mapToObj(i -> new TestItem(List.of("text " + i), List.of(i % 2 > 0 ? "yes" : "no")))
                .toList();
    }

    private static SignificanceRow row(String better, String worse, double difference, double holm) {
        return new SignificanceRow(better, worse, difference, Double.NaN, Double.NaN, holm, holm, true);
    }
}
