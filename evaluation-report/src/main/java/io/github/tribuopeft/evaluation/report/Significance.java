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
 * The tests of a comparison: every pair of contestants by the paired bootstrap over test items, an item's counts summed over seeds; and where
 * each item has one label, by McNemar's test on the models of the first seed. Holm's correction is made for each kind of test, over all pairs.
 */
public final class Significance {

    private static final long SEED = 1L;

    private final ComparisonResult result;
    private final List<String> names;

    private Significance(ComparisonResult result) {
        this.result = result;
        this.names = result.contestants().stream()
                .map(contestant -> contestant.name())
                .filter(name -> result.cells(name, result.fullSize()).size()
                        == result.seeds().size())
                .toList();
    }

    /** The rows of a report, for all contestants that finished with every seed at full size. */
    public static List<SignificanceRow> of(ComparisonResult result) {
        Significance significance = new Significance(result);
        List<SignificanceRow> rows = new ArrayList<>(significance.bootstrap());
        if (result.scoring().oneAnswerPerItem()) {
            rows.addAll(significance.mcNemar());
        }
        return rows;
    }

    private List<SignificanceRow> bootstrap() {
        Scoring scoring = result.scoring();
        List<double[][]> counts = names.stream().map(this::counts).toList();
        Bootstrap bootstrap = new Bootstrap(SEED);
        return rows((first, second) -> {
            Difference difference = bootstrap.difference(counts.get(first), counts.get(second), scoring::headline);
            return new Tried(difference.interval(), difference.test());
        });
    }

    private List<SignificanceRow> mcNemar() {
        List<boolean[]> right = names.stream().map(this::right).toList();
        return rows((first, second) -> {
            TestResult test = McNemar.test(right.get(first), right.get(second));
            double difference = share(right.get(first)) - share(right.get(second));
            return new Tried(new Interval("none", test.n(), difference, Double.NaN, Double.NaN, Double.NaN), test);
        });
    }

    private record Tried(Interval interval, TestResult test) {}

    private interface PairTest {
        Tried test(int first, int second);
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
        List<Tried> tried =
                pairs.stream().map(pair -> pairTest.test(pair[0], pair[1])).toList();
        double[] corrected = Holm.correct(
                tried.stream().mapToDouble(one -> one.test().pValue()).toArray());
        List<SignificanceRow> rows = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Interval interval = tried.get(i).interval();
            TestResult test = tried.get(i).test();
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

    /** For each item the sum of its counts over seeds. */
    private double[][] counts(String contestant) {
        List<TestItem> items = result.items();
        double[][] sums = new double[items.size()][];
        for (Cell cell : result.cells(contestant, result.fullSize())) {
            for (int i = 0; i < sums.length; i++) {
                double[] own = result.scoring()
                        .counts(items.get(i).gold(), cell.predictions().get(i));
                if (sums[i] == null) {
                    sums[i] = own;
                } else {
                    for (int j = 0; j < own.length; j++) {
                        sums[i][j] += own[j];
                    }
                }
            }
        }
        return sums;
    }

    private boolean[] right(String contestant) {
        Cell first = result.cells(contestant, result.fullSize()).get(0);
        boolean[] right = new boolean[result.items().size()];
        for (int i = 0; i < right.length; i++) {
            right[i] = result.items().get(i).gold().equals(first.predictions().get(i));
        }
        return right;
    }

    private static double share(boolean[] right) {
        int count = 0;
        for (boolean one : right) {
            count += one ? 1 : 0;
        }
        return (double) count / right.length;
    }
}
