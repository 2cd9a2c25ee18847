package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.MetricScale;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

/**
 * Short table of a comparison for the terminal: one line for each candidate, with means over seeds. With the names of
 * methods and of most metrics, a line has at most 60 characters.
 */
final class ComparisonTable {

    private static final String UNKNOWN = "-";

    private ComparisonTable() {}

    /** Returns the table at full training size, without a line break at its end. */
    static String of(ComparisonResult result) {
        String metric = result.scoring().headline();
        boolean share = result.scoring().scale(metric) == MetricScale.SHARE;
        String heading = share ? metric + " %" : metric;
        int width = result.candidates().stream()
                .mapToInt(candidate -> candidate.name().length())
                .max()
                .orElse(0);
        String row = "%n%-" + Math.max(width, "candidate".length()) + "s  %" + Math.max(heading.length(), 6)
                + "s  %14s  %7s  %10s";
        StringBuilder table = new StringBuilder(
                String.format(row.substring(2), "candidate", heading, "range of seeds", "train s", "parameters"));
        for (Candidate candidate : result.candidates()) {
            List<Cell> cells = result.cells(candidate.name(), result.fullSize());
            DoubleSummaryStatistics scores = cells.stream()
                    .mapToDouble(cell -> cell.metrics().getOrDefault(metric, Double.NaN))
                    .summaryStatistics();
            double seconds = cells.stream()
                    .mapToDouble(cell -> cell.costs().trainSeconds())
                    .average()
                    .orElse(Double.NaN);
            long parameters = cells.isEmpty() ? -1 : cells.get(0).costs().trainableValues();
            table.append(String.format(
                    Locale.ROOT,
                    row,
                    candidate.name(),
                    score(scores.getAverage(), share),
                    cells.size() < 2 ? UNKNOWN : score(scores.getMin(), share) + "-" + score(scores.getMax(), share),
                    number("%.1f", seconds),
                    parameters < 0 ? UNKNOWN : String.format(Locale.ROOT, "%,d", parameters)));
        }
        return table.toString();
    }

    /** Formats a share in percent as the report does, and another metric with four decimals. */
    private static String score(double value, boolean share) {
        return share ? number("%.1f", 100 * value) : number("%.4f", value);
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
    }
}
