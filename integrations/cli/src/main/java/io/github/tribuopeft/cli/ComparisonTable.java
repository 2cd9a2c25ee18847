package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
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
        int width = result.candidates().stream()
                .mapToInt(candidate -> candidate.name().length())
                .max()
                .orElse(0);
        String row = "%n%-" + Math.max(width, "candidate".length()) + "s  %" + Math.max(metric.length(), 6)
                + "s  %14s  %7s  %10s";
        StringBuilder table = new StringBuilder(
                String.format(row.substring(2), "candidate", metric, "range of seeds", "train s", "parameters"));
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
                    number("%.4f", scores.getAverage()),
                    cells.size() < 2
                            ? UNKNOWN
                            : number("%.4f", scores.getMin()) + "-" + number("%.4f", scores.getMax()),
                    number("%.1f", seconds),
                    parameters < 0 ? UNKNOWN : String.format(Locale.ROOT, "%,d", parameters)));
        }
        return table.toString();
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
    }
}
