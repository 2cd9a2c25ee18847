package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.LabelScoring;
import io.github.tribuopeft.evaluation.comparison.MultiLabelScoring;
import io.github.tribuopeft.evaluation.comparison.RegressionScoring;
import io.github.tribuopeft.evaluation.comparison.Scoring.ClassScore;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.statistics.McNemar;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The statistics of reports on random predictions, compared with those of scikit-learn 1.9.1 and SciPy 1.17.1. */
class IndependentStatisticsTest {

    private static final List<String> GOLD = letters("dccdcddaabbddabdadabdbbbcbdbbccccdddccbd");
    private static final List<String> FIRST = letters("dcadcdababbdcabdcdabccbbccdbbccbcbccccbd");
    private static final List<String> SECOND = letters("dccdcadccbbddabdadabdcbbcadbbaccccddccbd");

    private static List<String> letters(String text) {
        return List.of(text.split(""));
    }

    private static List<TestItem> items(Stream<List<String>> gold) {
        return gold.map(outputs -> new TestItem(List.of("text"), outputs)).toList();
    }

    private static List<List<String>> single(List<String> labels) {
        return labels.stream().map(List::of).toList();
    }

    /** {@code accuracy_score}, {@code f1_score(average="macro")}, {@code precision_recall_fscore_support}. */
    @Test
    void labels() {
        List<TestItem> items = items(single(GOLD).stream());
        LabelScoring scoring = new LabelScoring();
        assertThat(scoring.metrics(items, single(FIRST)).get("accuracy")).isCloseTo(0.7, within(1e-12));
        assertThat(scoring.metrics(items, single(FIRST)).get("macro F1")).isCloseTo(0.6874703557312254, within(1e-12));
        assertThat(scoring.metrics(items, single(SECOND)).get("macro F1")).isCloseTo(0.7877850410459106, within(1e-12));
        double[] precision = {0.6, 0.75, 0.5333333333333333, 1};
        double[] recall = {0.6, 0.8181818181818182, 0.8, 0.5714285714285714};
        long[] support = {5, 11, 10, 14};
        List<ClassScore> classes = scoring.classes(items, single(FIRST));
        for (int i = 0; i < 4; i++) {
            assertThat(classes.get(i).precision()).isCloseTo(precision[i], within(1e-12));
            assertThat(classes.get(i).recall()).isCloseTo(recall[i], within(1e-12));
            assertThat(classes.get(i).support()).isEqualTo(support[i]);
        }
    }

    /** {@code confusion_matrix}. */
    @Test
    void confusions() {
        assertThat(ConfusionTable.of(Leaderboard.of(comparison())).get(1).rows())
                .extracting(row -> row.counts().stream()
                        .map(count -> count.text().isEmpty() ? 0 : Integer.parseInt(count.text()))
                        .toList())
                .containsExactly(List.of(3, 1, 1, 0), List.of(0, 9, 2, 0), List.of(1, 1, 8, 0), List.of(1, 1, 4, 8));
    }

    /** {@code f1_score} with the averages {@code micro} and {@code macro}, and {@code accuracy_score}. */
    @Test
    void severalLabels() {
        String gold = "b,ad,,abcd,ad,a,,,b,b,d,abcd,c,d,,ab,c,,abcd,abd,bd,a,c,a,abcd,c,b,a,a,b";
        String predicted = "c,d,d,acd,a,d,d,bcd,ab,bc,,abcd,bc,ad,bc,ab,c,a,abc,abd,bd,ab,ac,bd,bcd,a,abc,ad,ad,cd";
        Map<String, Double> metrics = new MultiLabelScoring()
                .metrics(items(sets(gold)), sets(predicted).toList());
        assertThat(metrics.get("micro F1")).isCloseTo(0.64, within(1e-12));
        assertThat(metrics.get("macro F1")).isCloseTo(0.6404578754578755, within(1e-12));
        assertThat(metrics.get("exact match")).isCloseTo(1 / 6.0, within(1e-12));
    }

    private static Stream<List<String>> sets(String texts) {
        return Arrays.stream(texts.split(",", -1)).map(text -> text.isEmpty() ? List.of() : letters(text));
    }

    /** {@code root_mean_squared_error}, {@code mean_absolute_error} and {@code r2_score}. */
    @Test
    void numbers() {
        String gold = "5.13 9.44 7.88 2.17 2.43 3.49 5.88 4.38 5.64 5.89 4.1 4.88 5.62 4.75 6.51 10.61 6.78 5.17 -0.06"
                + " 6.16 -0.84 0.77 7.56 7.12 4.55";
        String predicted = "2.86 9.18 7.16 3.43 6.12 4.12 5.01 2.92 5.86 5.92 2.67 5.35 4.19 6.72 8.4 12.54 6.37 6.24"
                + " 0.04 5.88 -1.05 -0.88 5.69 8.61 4.56";
        Map<String, Double> metrics = new RegressionScoring()
                .metrics(
                        items(Arrays.stream(gold.split(" ")).map(List::of)),
                        Arrays.stream(predicted.split(" ")).map(List::of).toList());
        assertThat(metrics.get("RMSE")).isCloseTo(1.4092693142192516, within(1e-12));
        assertThat(metrics.get("MAE")).isCloseTo(1.1048, within(1e-12));
        assertThat(metrics.get("R²")).isCloseTo(0.7173419800997278, within(1e-12));
    }

    /** NumPy, by the definition of the expected calibration error with ten bins of equal width. */
    @Test
    void expectedCalibrationError() {
        String probabilities = ".636 .319 .974 .682 .853 .461 .851 .777 .733 .963 .575 .561 .769 .876 .501 .752 .407"
                + " .664 .827 .299 .796 .262 .969 .602 .557 .79 .642 .798 .314 .672 .669 .949 .28 .59 .723 .663 .306"
                + " .695 .417 .397";
        String correct = "0110100111001110010010100101001100111110";
        String[] values = probabilities.split(" ");
        Calibration calibration = Calibration.of(IntStream.range(0, values.length)
                .mapToObj(i -> new Decision(Double.parseDouble(values[i]), correct.charAt(i) == '1'))
                .toList());
        assertThat(calibration.expectedCalibrationError()).isCloseTo(0.197825, within(1e-12));
    }

    /** {@code scipy.stats.permutation_test(permutation_type="samples", n_resamples=200000)}, 0.2264. */
    @Test
    void permutations() {
        SignificanceRow row = Significance.of(comparison()).rows().get(0);
        assertThat(row.better()).isEqualTo("second");
        assertThat(row.difference()).isCloseTo(0.125, within(1e-12));
        assertThat(row.p()).isCloseTo(0.2264, within(0.02));
    }

    /** {@code scipy.stats.binomtest(8, 11)}: the exact test of McNemar, which the permutation test approximates. */
    @Test
    void mcNemar() {
        assertThat(McNemar.test(correct(SECOND), correct(FIRST)).pValue()).isCloseTo(0.2265625, within(1e-12));
    }

    /** {@code scipy.stats.bootstrap(method="percentile", n_resamples=200000)}: 0.55 to 0.825. */
    @Test
    void bootstrapInterval() {
        Evaluation evaluation = new Evaluation(
                "m on t",
                "m",
                new LabelScoring(),
                items(single(GOLD).stream()),
                single(FIRST),
                List.of(),
                new Evaluation.Baseline(
                        "b", single(GOLD.stream().map(label -> "b").toList())),
                Map.of(),
                Map.of());
        assertThat(EvaluationReport.of(evaluation).html())
                .contains("m reaches 70.0\u00a0% accuracy (95\u00a0% confidence interval 55.0 to 82.5, ")
                .contains("(b): 27.5\u00a0% accuracy.");
    }

    private static boolean[] correct(List<String> predicted) {
        boolean[] correct = new boolean[GOLD.size()];
        for (int i = 0; i < correct.length; i++) {
            correct[i] = GOLD.get(i).equals(predicted.get(i));
        }
        return correct;
    }

    private static ComparisonResult comparison() {
        List<TestItem> items = items(single(GOLD).stream());
        return new ComparisonResult(
                "",
                new LabelScoring(),
                List.of(new Candidate("first", "", ""), new Candidate("second", "", "")),
                List.of(1L),
                List.of(100),
                items,
                List.of(cell("first", items, single(FIRST)), cell("second", items, single(SECOND))),
                Map.of());
    }

    private static Cell cell(String name, List<TestItem> items, List<List<String>> predicted) {
        return new Cell(
                new Cell.Key(name, 1, 100),
                "",
                new LabelScoring().metrics(items, predicted),
                new Cell.Costs(-1, -1, -1, Double.NaN, Double.NaN, -1),
                List.of(),
                predicted);
    }
}
