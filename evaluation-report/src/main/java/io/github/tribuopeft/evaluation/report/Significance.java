package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.statistics.Bootstrap;
import io.github.tribuopeft.evaluation.statistics.Difference;
import io.github.tribuopeft.evaluation.statistics.Holm;
import io.github.tribuopeft.evaluation.statistics.Interval;
import io.github.tribuopeft.evaluation.statistics.McNemar;
import io.github.tribuopeft.evaluation.statistics.TestResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Significance tests of all pairs of candidates: a paired bootstrap over test items, with the counts of each item
 * summed over seeds, and, if each item has one label, McNemar's test on the models of the first seed. Holm's correction
 * is applied to all pairs of each kind of test.
 */
public final class Significance {

    private static final long SEED = 1L;

    private final ComparisonResult comparison;
    private final List<String> names;

    private Significance(ComparisonResult comparison) {
        this.comparison = comparison;
        this.names = comparison.candidates().stream()
                .map(candidate -> candidate.name())
                .filter(name -> comparison.cells(name, comparison.fullSize()).size()
                        == comparison.seeds().size())
                .toList();
    }

    /** Tests all pairs of candidates that finished with every seed at full size. */
    public static List<SignificanceRow> of(ComparisonResult comparison) {
        Significance significance = new Significance(comparison);
        List<SignificanceRow> rows = new ArrayList<>(significance.bootstrap());
        if (comparison.scoring().singlePrediction()) {
            rows.addAll(significance.mcNemar());
        }
        return rows;
    }

    private List<SignificanceRow> bootstrap() {
        Scoring scoring = comparison.scoring();
        List<double[][]> counts = names.stream().map(this::counts).toList();
        Bootstrap bootstrap = new Bootstrap(SEED);
        return rows((first, second) -> {
            Difference difference = bootstrap.difference(counts.get(first), counts.get(second), scoring::headline);
            return new PairResult(difference.interval(), difference.test());
        });
    }

    private List<SignificanceRow> mcNemar() {
        List<boolean[]> correct = names.stream().map(this::correct).toList();
        return rows((first, second) -> {
            TestResult test = McNemar.test(correct.get(first), correct.get(second));
            double difference = share(correct.get(first)) - share(correct.get(second));
            return new PairResult(new Interval("none", test.n(), difference, Double.NaN, Double.NaN, Double.NaN), test);
        });
    }

    private record PairResult(Interval interval, TestResult test) {}

    private interface PairTest {
        PairResult test(int first, int second);
    }

    private List<SignificanceRow> rows(PairTest pairTest) {
        List<int[]> pairs = new ArrayList<>();
        for (int first = 0; first < names.size(); first++) {
            for (int second = first + 1; second < names.size(); second++) {
                pairs.add(new int[] {first, second});
            }
        }
        if (pairs.isEmpty()) {
            return List.of();
        }
        List<PairResult> results =
                pairs.stream().map(pair -> pairTest.test(pair[0], pair[1])).toList();
        double[] corrected = Holm.correct(
                results.stream().mapToDouble(one -> one.test().pValue()).toArray());
        List<SignificanceRow> rows = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Interval interval = results.get(i).interval();
            TestResult test = results.get(i).test();
            rows.add(new SignificanceRow(
                    names.get(pairs.get(i)[0]),
                    names.get(pairs.get(i)[1]),
                    interval.estimate(),
                    interval.low(),
                    interval.high(),
                    test.pValue(),
                    corrected[i],
                    test.test(),
                    test.n(),
                    test.caution()));
        }
        return rows;
    }

    /** Returns the counts of each item, summed over seeds. */
    private double[][] counts(String candidate) {
        List<TestItem> items = comparison.items();
        double[][] sums = new double[items.size()][];
        for (Cell cell : comparison.cells(candidate, comparison.fullSize())) {
            for (int i = 0; i < sums.length; i++) {
                double[] counts = comparison
                        .scoring()
                        .counts(items.get(i).gold(), cell.predictions().get(i));
                if (sums[i] == null) {
                    sums[i] = counts;
                } else {
                    for (int j = 0; j < counts.length; j++) {
                        sums[i][j] += counts[j];
                    }
                }
            }
        }
        return sums;
    }

    private boolean[] correct(String candidate) {
        Cell first = comparison.cells(candidate, comparison.fullSize()).get(0);
        boolean[] correct = new boolean[comparison.items().size()];
        for (int i = 0; i < correct.length; i++) {
            correct[i] =
                    comparison.items().get(i).gold().equals(first.predictions().get(i));
        }
        return correct;
    }

    private static double share(boolean[] correct) {
        int count = 0;
        for (boolean one : correct) {
            count += one ? 1 : 0;
        }
        return (double) count / correct.length;
    }
}
