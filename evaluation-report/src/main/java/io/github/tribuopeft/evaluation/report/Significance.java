package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.statistics.Bootstrap;
import io.github.tribuopeft.evaluation.statistics.Holm;
import io.github.tribuopeft.evaluation.statistics.Interval;
import io.github.tribuopeft.evaluation.statistics.Permutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Comparison of all pairs of candidates by one test, a {@linkplain Permutation paired permutation test} over test items
 * with {@linkplain Holm Holm's correction}. Confidence intervals come from a {@linkplain Bootstrap bootstrap} over the
 * same items. Test and interval use the predictions of all seeds and refer to the difference of the mean scores. They
 * do not cover the variation between seeds, so a candidate is called better only if it is better with every seed.
 *
 * @param rows one row for each pair
 * @param footnote method and limits of the test
 */
public record Significance(List<SignificanceRow> rows, String footnote) {

    /** No tests. */
    public static final Significance NONE = new Significance(List.of(), "");

    private static final long SEED = 1L;

    /** Tests all pairs of candidates that finished with every seed at full size. */
    public static Significance of(ComparisonResult comparison) {
        Scoring scoring = comparison.scoring();
        List<String> names = comparison.candidates().stream()
                .map(Candidate::name)
                .filter(name -> comparison.cells(name, comparison.fullSize()).size()
                        == comparison.seeds().size())
                .toList();
        if (names.size() < 2) {
            return NONE;
        }
        int seeds = comparison.seeds().size();
        List<double[][]> counts =
                names.stream().map(name -> counts(comparison, name)).toList();
        List<Bootstrap.Distribution> distributions = counts.stream()
                .map(rows -> new Bootstrap(SEED).distribution(rows, totals -> mean(scoring, totals, seeds)))
                .toList();
        List<SignificanceRow> rows = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                double difference =
                        distributions.get(i).minus(distributions.get(j)).estimate();
                boolean ordered = scoring.scale(scoring.headline()).lead(difference, 0) >= 0;
                int better = ordered ? i : j;
                int worse = ordered ? j : i;
                Interval interval = distributions.get(better).minus(distributions.get(worse));
                double p = new Permutation(SEED)
                        .test(counts.get(i), counts.get(j), totals -> mean(scoring, totals, seeds))
                        .pValue();
                rows.add(new SignificanceRow(
                        names.get(better),
                        names.get(worse),
                        interval.estimate(),
                        interval.low(),
                        interval.high(),
                        p,
                        Double.NaN,
                        everySeed(comparison, names.get(better), names.get(worse))));
            }
        }
        return new Significance(corrected(rows), footnote(comparison, rows.size()));
    }

    /** Returns whether a candidate has the better headline metric with each seed. */
    private static boolean everySeed(ComparisonResult comparison, String better, String worse) {
        Scoring scoring = comparison.scoring();
        List<Cell> cells = comparison.cells(better, comparison.fullSize());
        List<Cell> others = comparison.cells(worse, comparison.fullSize());
        return IntStream.range(0, cells.size())
                .allMatch(i -> scoring.scale(scoring.headline())
                                .lead(
                                        scoring.score(
                                                comparison.items(), cells.get(i).predictions()),
                                        scoring.score(
                                                comparison.items(),
                                                others.get(i).predictions()))
                        > 0);
    }

    private static List<SignificanceRow> corrected(List<SignificanceRow> rows) {
        double[] holm =
                Holm.correct(rows.stream().mapToDouble(SignificanceRow::p).toArray());
        List<SignificanceRow> corrected = new ArrayList<>();
        for (int i = 0; i < holm.length; i++) {
            SignificanceRow row = rows.get(i);
            corrected.add(new SignificanceRow(
                    row.better(),
                    row.worse(),
                    row.difference(),
                    row.low(),
                    row.high(),
                    row.p(),
                    holm[i],
                    row.everySeed()));
        }
        return corrected;
    }

    private static String footnote(ComparisonResult comparison, int pairs) {
        return "Paired permutation test over "
                + Format.plural(comparison.items().size(), "test item")
                + (comparison.seeds().size() > 1 ? ", all seeds of a candidate together" : "") + "; "
                + (pairs > 1 ? "p-values are corrected for " + pairs + " pairs by Holm's method. " : "one pair. ")
                + "A candidate is called better if p\u00a0<\u00a0" + SignificanceRow.LEVEL
                + (comparison.seeds().size() > 1 ? " and its score is better with every seed. " : ". ")
                + "Confidence intervals: 95\u00a0% bootstrap percentile intervals over the same items, for each pair"
                + " alone. Both account for the choice of the test items, but not for training with other data or"
                + " seeds.";
    }

    /** Returns the counts of each item: those of the first seed, then those of the second one, and so on. */
    private static double[][] counts(ComparisonResult comparison, String candidate) {
        List<Cell> cells = comparison.cells(candidate, comparison.fullSize());
        List<TestItem> items = comparison.items();
        double[][] counts = new double[items.size()][];
        for (int i = 0; i < counts.length; i++) {
            List<String> gold = items.get(i).gold();
            int item = i;
            counts[i] = cells.stream()
                    .flatMapToDouble(cell -> Arrays.stream(
                            comparison.scoring().counts(gold, cell.predictions().get(item))))
                    .toArray();
        }
        return counts;
    }

    /** Returns the mean headline metric over seeds. */
    private static double mean(Scoring scoring, double[] totals, int seeds) {
        int width = totals.length / seeds;
        double sum = 0;
        for (int seed = 0; seed < seeds; seed++) {
            sum += scoring.headline(Arrays.copyOfRange(totals, seed * width, (seed + 1) * width));
        }
        return sum / seeds;
    }
}
