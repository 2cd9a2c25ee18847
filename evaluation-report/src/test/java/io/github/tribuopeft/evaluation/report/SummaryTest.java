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

    @Test
    void testsDetermineSignificance() {
        candidate("prefix", "soft prompt", 10_000, 85, 87);
        candidate("lora", "weights", 50_000, 90, 92);
        candidate("tuned", "weights", 1_000_000, 90, 94);

        assertThat(summary(row("tuned", "lora", 0.01, 0.4), row("prefix", "tuned", -0.06, 0.01)))
                .containsExactly(
                        "tuned is best: 92.0 ± 2.8\u00a0% accuracy (mean and standard deviation of 2 seeds, 1,000 training"
                                + " examples, 100 test items), 1.0\u00a0point ahead of lora.",
                        "The lead over prefix is significant (p < 0.05 after Holm's correction).",
                        "The difference from lora is within noise.",
                        "lora, within noise of tuned, trains 50,000 values instead of 1,000,000: 5.00\u00a0%.",
                        "Soft prompts lose: the best one, prefix, is 6.0\u00a0points behind the best other candidate,"
                                + " tuned.",
                        "prefix has the largest F1 deficits to tuned on yes (6.1\u00a0points) and no (5.9\u00a0points).");
    }

    @Test
    void deviationsDetermineSignificanceWithoutTests() {
        candidate("prefix", "soft prompt", 10_000, 94, 96);
        candidate("lora", "weights", 50_000, 93, 95);
        candidate("head", "head", 1_000, 70, 71);

        assertThat(summary())
                .contains(
                        "The lead over head exceeds the standard deviations over seeds; no significance test was run.",
                        "The difference from lora is within the standard deviations over seeds; no significance test was run.",
                        "The best soft prompt, prefix, is 1.0\u00a0point ahead of the best other candidate, lora, which is"
                                + " within noise.");
    }

    @Test
    void testInTheOtherDirectionIsNotALead() {
        candidate("a", "weights", 10, 90, 92);
        candidate("b", "weights", 20, 80, 82);

        assertThat(summary(row("b", "a", 0.1, 0.001))).contains("The difference from b is within noise.");
    }

    @Test
    void significanceIsUnknownWithOneSeed() {
        candidate("a", "soft prompt", 10, 90);
        candidate("b", "weights", 20, 80);

        assertThat(summary())
                .contains("Whether the difference from b is significant is unknown.")
                .contains("The best soft prompt, a, is 10.0\u00a0points ahead of the best other candidate, b.");
    }

    @Test
    void equalScoresTie() {
        candidate("a", "soft prompt", 10, 90, 90);
        candidate("b", "weights", 20, 90, 90);

        assertThat(summary())
                .containsExactly(
                        "a and b tie for first place: 90.0 ± 0.0\u00a0% accuracy (mean and standard deviation of 2 seeds,"
                                + " 1,000 training examples, 100 test items).",
                        "The best soft prompt, a, ties with the best other candidate, b.");
    }

    @Test
    void singleCandidateHasNoRank() {
        candidate("a", "soft prompt", 10, 90);

        assertThat(summary())
                .containsExactly("a reaches 90.0\u00a0% accuracy (1 seed, 1,000 training examples, 100 test items).");
    }

    @Test
    void reportsDeficitsWithLessTrainingData() {
        candidate("a", "soft prompt", 10, 90, 92);
        candidate("b", "weights", 20, 80, 82);
        cells("a", 100, -1, 50, 60);
        cells("b", 100, -1, 70, 80);

        assertThat(Report.of(result(List.of(100, 1000)), List.of(), List.of()).summary())
                .contains(
                        "With less training data, the best soft prompt is behind the best other candidate with 100 examples"
                                + " (20.0\u00a0points).");
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
                .isEqualTo(
                        " Dashed lines: candidates with no or an unknown number of trained values: uncounted (99.0\u00a0%)"
                                + " and none trained (40.0\u00a0%).");
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
        return Report.of(result(List.of(1000)), List.of(rows), List.of()).summary();
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

    private static SignificanceRow row(String a, String b, double difference, double holm) {
        return new SignificanceRow(a, b, difference, Double.NaN, Double.NaN, holm, holm, "test", ITEMS, "");
    }
}
